#pragma once

#include "common/http/message.h"
#include "common/object_store/object_store.h"
#include "services/transform/lineage/lineage_store.h"
#include "services/transform/lineage/lineage_walk.h"
#include "services/transform/lineage/text_store.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// GET /v1/lineage, GET /v1/models/{hash} and GET /v1/transforms/{name}/graph.
class LineageResource {
 public:
  LineageResource(object_store::ObjectStore& store, DefinitionStore& definitions, LineageStore& lineage,
                  TextStore& texts)
      : store_(store), definitions_(definitions), lineage_(lineage), texts_(texts) {}

  /// Query: object=bucket/key, version (else the current one, or the newest that is known), direction=up,
  /// down or both, depth, limit (of nodes). Errors: kNotFound if no run made or read the object and it is not
  /// there.
  Result<http::Response> Lineage(http::Request& request);
  /// The text of a model or a transform.yaml that a run had.
  Result<http::Response> Text(http::Request& request);
  /// Inputs, models and outputs of a transform, as JSON or (Accept: text/plain) as a Mermaid flowchart.
  Result<http::Response> Graph(http::Request& request);

  static constexpr int64_t kMaxDepth = 100;
  static constexpr int64_t kMaxNodes = 2000;

 private:
  Result<object_store::ObjectVersion> Find(const http::Request& request);
  Result<nlohmann::json> NodeJson(const LineageNode& node);
  Result<nlohmann::json> ObjectJson(const LineageNode& node);
  Result<nlohmann::json> RunJson(const LineageNode& node);

  object_store::ObjectStore& store_;
  DefinitionStore& definitions_;
  LineageStore& lineage_;
  TextStore& texts_;
};

}  // namespace tarn::transform

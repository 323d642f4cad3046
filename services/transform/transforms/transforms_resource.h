#pragma once

#include "common/http/message.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// GET /v1/transforms and GET /v1/transforms/{name}: what the pipelines folder defines.
class TransformsResource {
 public:
  explicit TransformsResource(DefinitionStore& definitions) : definitions_(definitions) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);

 private:
  DefinitionStore& definitions_;
};

}  // namespace tarn::transform

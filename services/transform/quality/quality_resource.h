#pragma once

#include "common/http/message.h"
#include "services/transform/quality/quality_store.h"

namespace tarn::transform {

/// GET /v1/quality/results and GET /v1/quality/scores.
class QualityResource {
 public:
  explicit QualityResource(QualityStore& quality) : quality_(quality) {}

  /// Filters: table, run, outcome.
  Result<http::Response> Results(http::Request& request);
  /// Filters: table, run.
  Result<http::Response> Scores(http::Request& request);

 private:
  QualityStore& quality_;
};

}  // namespace tarn::transform

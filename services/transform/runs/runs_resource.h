#pragma once

#include "common/http/message.h"
#include "services/transform/runs/planner.h"
#include "services/transform/runs/run_store.h"

namespace tarn::transform {

/// POST /v1/transforms/{name}/runs, GET /v1/runs and GET /v1/runs/{id}.
class RunsResource {
 public:
  RunsResource(RunStore& runs, Planner& planner) : runs_(runs), planner_(planner) {}

  /// Body: {"objects": [{"bucket", "key"}, ...]} or {"prefix": "..."}. Answers 202 with the run.
  Result<http::Response> Create(http::Request& request);
  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);

 private:
  RunStore& runs_;
  Planner& planner_;
};

/// 202 with the run of that id and its Location.
Result<http::Response> AcceptedRun(RunStore& runs, const std::string& id);

}  // namespace tarn::transform

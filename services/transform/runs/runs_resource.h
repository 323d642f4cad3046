#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "services/transform/runs/planner.h"
#include "services/transform/runs/run_progress.h"
#include "services/transform/runs/run_store.h"

namespace tarn::transform {

/// What can be asked of whoever carries runs out. Without functions nobody does.
struct RunControl {
  std::function<void(const std::string& run_id)> interrupt;
  std::function<std::optional<RunProgress::View>(const std::string& run_id)> progress;
};

/// POST /v1/transforms/{name}/runs, GET /v1/runs, GET /v1/runs/{id} and POST /v1/runs/{id}:cancel.
class RunsResource {
 public:
  RunsResource(RunStore& runs, Planner& planner, RunControl control = {})
      : runs_(runs), planner_(planner), control_(std::move(control)) {}

  /// Body: {"objects": [{"bucket", "key"}, ...]}, {"prefix": "..."}, or {} for what waits. Answers 202 with
  /// the first run and the ids of all.
  Result<http::Response> Create(http::Request& request);
  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  /// Body: {"inputs": "wait" or "skip"}, or none. Answers 202 with the run.
  Result<http::Response> Cancel(http::Request& request);

 private:
  nlohmann::json Shown(const Run& run) const;

  RunStore& runs_;
  Planner& planner_;
  const RunControl control_;
};

/// 202 with the run of that id and its Location.
Result<http::Response> AcceptedRun(RunStore& runs, const std::string& id);

}  // namespace tarn::transform

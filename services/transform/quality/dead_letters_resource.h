#pragma once

#include "common/http/message.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/runs/planner.h"
#include "services/transform/runs/run_store.h"

namespace tarn::transform {

/// GET /v1/dead-letters, GET /v1/dead-letters/{id} and POST /v1/dead-letters/{id}:redrive.
class DeadLettersResource {
 public:
  DeadLettersResource(DeadLetterStore& dead_letters, RunStore& runs, Planner& planner)
      : dead_letters_(dead_letters), runs_(runs), planner_(planner) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  /// Plans a run over the object as it is now. Answers 202 with the run.
  Result<http::Response> Redrive(http::Request& request);

 private:
  DeadLetterStore& dead_letters_;
  RunStore& runs_;
  Planner& planner_;
};

}  // namespace tarn::transform

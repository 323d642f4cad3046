#pragma once

#include "common/http/message.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/runs/planner.h"
#include "services/transform/runs/run_store.h"

namespace tarn::transform {

/// /v1/dead-letters: the objects that runs could not take in.
class DeadLettersResource {
 public:
  DeadLettersResource(DeadLetterStore& dead_letters, RunStore& runs, Planner& planner)
      : dead_letters_(dead_letters), runs_(runs), planner_(planner) {}

  /// The query parameters that choose letters.
  static const std::vector<std::string> kFilters;

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Count(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  /// Plans a run over the object as it is now. Answers 202 with the run.
  Result<http::Response> Redrive(http::Request& request);
  /// Body: filters. Plans runs over all open ones. Answers 202 with the runs.
  Result<http::Response> RedriveAll(http::Request& request);
  Result<http::Response> Acknowledge(http::Request& request);
  /// Body: filters.
  Result<http::Response> AcknowledgeAll(http::Request& request);
  Result<http::Response> Delete(http::Request& request);

 private:
  DeadLetterStore& dead_letters_;
  RunStore& runs_;
  Planner& planner_;
};

}  // namespace tarn::transform

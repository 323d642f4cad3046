#pragma once

#include "common/http/message.h"
#include "services/extract/runs/run_store.h"
#include "services/extract/runs/runner.h"

namespace tarn::extract {

/// /v1/runs: what extraction has done and is doing.
class RunEndpoints {
 public:
  RunEndpoints(RunStore& runs, Runner& runner) : runs_(runs), runner_(runner) {}

  /// Newest first; `?source=` and `?state=` filter.
  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  Result<http::Response> ListObjects(http::Request& request);
  Result<http::Response> Cancel(http::Request& request);

 private:
  RunStore& runs_;
  Runner& runner_;
};

}  // namespace tarn::extract

#pragma once

#include <chrono>

#include "common/http/message.h"
#include "common/result/result.h"
#include "services/query/statements/admission.h"
#include "services/query/statements/statement_metrics.h"
#include "services/query/statements/statement_runner.h"

namespace tarn::query {

/// POST /v1/sql: runs a statement and streams its rows as they are computed, as JSON, CSV or NDJSON. What goes
/// wrong before the first row is a problem document; later it breaks the response, so that nobody takes a part
/// for the whole. Stops when the client leaves. Thread-safe.
class SqlEndpoint {
 public:
  SqlEndpoint(StatementRunner& runner, Admission& admission, StatementMetrics& metrics, std::chrono::milliseconds timeout)
      : runner_(runner), admission_(admission), metrics_(metrics), timeout_(timeout) {}

  Result<http::Response> operator()(http::Request& request);

 private:
  StatementRunner& runner_;
  Admission& admission_;
  StatementMetrics& metrics_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace tarn::query

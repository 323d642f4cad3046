#pragma once

#include <chrono>
#include <string>

#include "common/metrics/registry.h"
#include "common/result/result.h"

namespace tarn::query {

/// What Prometheus learns about statements. Thread-safe.
class StatementMetrics {
 public:
  explicit StatementMetrics(metrics::Registry& registry) : registry_(registry) {}

  /// `kind`: "sql" (answered at once) or "query" (kept). `outcome`: "succeeded" or an error's code.
  void Finished(const char* kind, const char* outcome, std::chrono::milliseconds duration, int64_t rows) {
    const metrics::Labels labels = {{"kind", kind}, {"outcome", outcome}};
    registry_.GetCounter("tarn_query_statements_total", "Statements that ended, by outcome", labels).Add();
    registry_.GetCounter("tarn_query_rows_total", "Rows returned", {{"kind", kind}}).Add(static_cast<double>(rows));
    registry_.GetHistogram("tarn_query_statement_duration_seconds", "From arrival to the last row", {{"kind", kind}})
        .Observe(static_cast<double>(duration.count()) / 1000);
  }

  void Finished(const char* kind, const Status& status, std::chrono::milliseconds duration, int64_t rows) {
    Finished(kind, status.ok() ? "succeeded" : CodeName(status.error().code()), duration, rows);
  }

 private:
  metrics::Registry& registry_;
};

}  // namespace tarn::query

#include "services/query/statements/statements_table.h"

#include <nlohmann/json.hpp>

namespace tarn::query {

constexpr int64_t kPage = 1'000;

SystemTable StatementsTable(StatementStore& statements) {
  const auto read = [&statements](const SystemRead& wanted, RowSink& sink) -> Status {
    StatementStore::Filter filter;
    filter.workgroup = WantedText(wanted, "workgroup").value_or("");
    if (const auto state = WantedText(wanted, "state")) filter.state = ParseState(*state);
    while (!wanted.cancelled.stop_requested()) {
      TARN_ASSIGN(const auto page, statements.List(filter, kPage));
      for (const auto& statement : page) TARN_TRY(sink.Add(StatementJson(statement)));
      if (page.size() < static_cast<size_t>(kPage)) return Ok();
      filter.after = page.back().id;
    }
    return Error(Code::kCancelled, "the statement was cancelled");
  };
  return {"system",
          "statements",
          {{"id", "VARCHAR"},
           {"state", "VARCHAR"},
           {"sql", "VARCHAR"},
           {"database", "VARCHAR"},
           {"dialect", "VARCHAR"},
           {"workgroup", "VARCHAR"},
           {"created_at", "TIMESTAMP"},
           {"started_at", "TIMESTAMP"},
           {"finished_at", "TIMESTAMP"},
           {"queue_ms", "BIGINT"},
           {"plan_ms", "BIGINT"},
           {"run_ms", "BIGINT"},
           {"duration_ms", "BIGINT"},
           {"rows", "BIGINT"},
           {"bytes_scanned", "BIGINT"},
           {"files", "BIGINT"},
           {"partitions", "BIGINT"},
           {"result_bytes", "BIGINT"},
           {"reused_result_of", "VARCHAR"},
           {"error_code", "VARCHAR", "/error/code"},
           {"error", "VARCHAR", "/error/detail"}},
          "workgroup or state",
          read};
}

}  // namespace tarn::query

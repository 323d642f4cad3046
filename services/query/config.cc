#include "services/query/config.h"

namespace tarn::query {

// Beside what the engine counts: results on their way to files and back, and what it does not count.
constexpr uint64_t kProcessReserve = 2ull << 30;

uint64_t QueryOptions::ProcessMemory() const {
  return process_memory_bytes > 0 ? process_memory_bytes : primary.memory_bytes + kProcessReserve;
}

WorkgroupDefinition QueryOptions::DefaultPrimary() {
  WorkgroupDefinition primary;
  primary.name = kPrimaryWorkgroup;
  primary.description = "statements that name no workgroup";
  return primary;
}

void AddQueryOptions(config::OptionSet& set, QueryOptions& options) {
  set.Text("catalog-url", &options.catalog_url, "Where tarn-catalog answers");
  set.Text("extract-url", &options.extract_url, "Where tarn-extract answers, for the tables of `system`");
  set.Text("transform-url", &options.transform_url, "Where tarn-transform answers, for the tables of `system`");
  set.Integer("max-running-statements", &options.max_running, 1, 256,
              "Statements at a time, of all workgroups");
  set.Duration("history-retention", &options.queue.retention,
               "How long ended statements are kept in the history");
  set.Size("process-memory", &options.process_memory_bytes,
           "Memory of the whole process, which bounds what the engine does not count, such as one huge text; "
           "0 stands for "
           "engine-memory and 2GiB");

  WorkgroupDefinition& primary = options.primary;
  set.Integer("max-waiting-statements", &primary.max_waiting, 0, 1'000,
              "POST /v1/sql requests that wait for their turn; more are answered 429. Each holds a "
              "worker-threads thread");
  set.Integer("max-queued-statements", &primary.max_queued, 0, 1'000'000,
              "Statements of POST /v1/queries that wait; more are answered 429");
  set.Duration("statement-timeout", &primary.timeout, "Longest time a statement may run");
  set.Size("max-scan-bytes", &primary.max_scan_bytes,
           "A statement that would read more is refused; 0: any number");
  set.Integer("max-result-rows", &primary.max_result_rows, 1, INT64_MAX,
              "Rows that POST /v1/queries keeps of one statement");
  set.Size("max-result-bytes", &primary.max_result_bytes,
           "Bytes that POST /v1/queries keeps of one statement, and of a Parquet answer");
  set.Duration("result-retention", &primary.result_expiry, "How long the results of statements are kept");
  set.Size("engine-memory", &primary.memory_bytes,
           "Memory of the SQL engine, for all statements of the workgroup primary together");
  set.Size("engine-temp", &primary.temp_bytes, "Disk space that these statements may spill to");
  set.Integer("engine-threads", &primary.threads, 0, 256, "Threads of the SQL engine; 0: one per processor");
}

}  // namespace tarn::query

#include "services/query/config.h"

namespace tarn::query {

uint64_t QueryOptions::ProcessMemory() const {
  if (process_memory_bytes > 0) return process_memory_bytes;
  return static_cast<uint64_t>(queue.workers) * engine.memory_bytes + (1ull << 30);
}

void AddQueryOptions(config::OptionSet& set, QueryOptions& options) {
  set.Text("catalog-url", &options.catalog_url, "Where tarn-catalog answers");

  StatementQueueOptions& queue = options.queue;
  set.Integer("max-running-statements", &queue.workers, 1, 256, "Statements at a time");
  set.Integer("max-waiting-statements", &options.max_waiting, 0, 1'000,
              "POST /v1/sql requests that wait for their turn; more are answered 429. Each holds a worker-threads thread");
  set.Integer("max-queued-statements", &queue.max_queued, 1, 1'000'000, "Statements of POST /v1/queries that wait; more are answered 429");
  set.Duration("statement-timeout", &queue.limits.timeout, "Longest time a statement may run");
  set.Integer("max-result-rows", &queue.limits.max_result_rows, 1, INT64_MAX, "Rows that POST /v1/queries keeps of one statement");
  set.Size("max-result-bytes", &queue.limits.max_result_bytes, "Bytes that POST /v1/queries keeps of one statement");
  set.Duration("result-retention", &queue.retention, "How long ended statements and their results are kept");

  DuckDbEngineOptions& engine = options.engine;
  set.Size("statement-memory", &engine.memory_bytes, "Memory of the SQL engine, per statement");
  set.Size("process-memory", &options.process_memory_bytes,
           "Memory of the whole process, which bounds what the engine does not count, such as one huge text; 0 stands for "
           "statement-memory times max-running-statements, and 1GiB");
  set.Size("statement-temp", &engine.temp_bytes, "Disk space that the SQL engine may spill to, per statement");
  set.Integer("statement-threads", &engine.threads, 1, 256, "Threads of the SQL engine, per statement");
}

}  // namespace tarn::query

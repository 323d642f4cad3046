#pragma once

#include <string>

#include "common/config/option_set.h"
#include "services/query/engine/duckdb_engine.h"
#include "services/query/statements/statement_queue.h"

namespace tarn::query {

/// The options that tarn-query has beside those of every service.
struct QueryOptions {
  std::string catalog_url = "http://127.0.0.1:8103";
  DuckDbEngineOptions engine;
  StatementQueueOptions queue;  ///< `workers` also bounds the statements of POST /v1/sql
  int64_t max_waiting = 8;      ///< POST /v1/sql requests that wait for their turn
  uint64_t process_memory_bytes = 0;  ///< 0: that of all running statements and 1 GiB

  uint64_t ProcessMemory() const;
};

void AddQueryOptions(config::OptionSet& set, QueryOptions& options);

}  // namespace tarn::query

#pragma once

#include <string>

#include "common/config/option_set.h"
#include "services/query/statements/statement_queue.h"
#include "services/query/workgroups/workgroup_definition.h"

namespace tarn::query {

/// The options that tarn-query has beside those of every service.
struct QueryOptions {
  std::string catalog_url = "http://127.0.0.1:8103";
  std::string extract_url = "http://127.0.0.1:8101", transform_url = "http://127.0.0.1:8102";
  int64_t max_running = 4;  ///< statements at a time, of all workgroups
  WorkgroupDefinition primary = DefaultPrimary();
  StatementQueueOptions queue;
  uint64_t process_memory_bytes = 0;  ///< 0: that of the engine and 2 GiB

  uint64_t ProcessMemory() const;

  static WorkgroupDefinition DefaultPrimary();
};

void AddQueryOptions(config::OptionSet& set, QueryOptions& options);

}  // namespace tarn::query

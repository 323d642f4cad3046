#pragma once

#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/query/workgroups/workgroup_definition.h"

namespace tarn::query {

/// The workgroups that REST made or changed, in the service's SQLite file. Thread-safe.
/// Errors of all methods: kUnavailable, kResourceExhausted (disk full), kInternal.
class WorkgroupStore {
 public:
  static const std::string kMigration;

  explicit WorkgroupStore(sqlite::Database& database) : database_(database) {}

  /// Members that a definition was stored without are as in `defaults`.
  Result<std::vector<WorkgroupDefinition>> List(const WorkgroupDefinition& defaults);
  Status Put(const WorkgroupDefinition& workgroup);
  Status Remove(const std::string& name);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::query

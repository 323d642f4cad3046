#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/query/saved_queries/saved_query.h"

namespace tarn::query {

/// The saved queries there are: those of pipeline folders, and those that REST made, which are in the
/// service's SQLite file. What a file defines hides what REST made under the same name. Thread-safe. Errors
/// of all methods: also kUnavailable, kResourceExhausted (disk full), kInternal.
class SavedQueries {
 public:
  static const std::string kMigration;
  static constexpr int64_t kMaxCount = 10'000;

  /// Call Reload() first. The database must outlive it.
  SavedQueries(sqlite::Database& database, std::filesystem::path pipelines)
      : database_(database), pipelines_(std::move(pipelines)) {}

  /// Reads the files again.
  Status Reload();

  /// Errors: kNotFound with names like it.
  Result<SavedQuery> Find(const std::string& name);
  /// By name, those after `after`.
  Result<std::vector<SavedQuery>> List(const std::string& after, int64_t limit);

  /// Errors: kConflict if there is one of that name, kResourceExhausted over kMaxCount.
  Status Create(const SavedQuery& query);
  /// Errors: kNotFound; kConflict for one that a file defines.
  Status Replace(const SavedQuery& query);
  Status Remove(const std::string& name);

 private:
  Status CheckChangeable(const std::string& name);
  Result<std::optional<SavedQuery>> FindStored(const std::string& name);
  Result<std::vector<SavedQuery>> ListStored(const std::string& after, int64_t limit);
  Status Put(const SavedQuery& query);

  sqlite::Database& database_;
  const std::filesystem::path pipelines_;
  std::mutex changes_;  // held by those who change what there is
  std::mutex mutex_;    // of the map
  std::map<std::string, SavedQuery> of_files_;
};

}  // namespace tarn::query

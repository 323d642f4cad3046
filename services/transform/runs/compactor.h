#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/metrics/registry.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/runs/sql_workspace.h"
#include "services/transform/runs/table_files.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Files that became one, for who follows where rows came from.
struct CompactionRecord {
  std::string transform;
  std::string table;  ///< "database.table"
  std::vector<object_store::ObjectVersion> from;
  std::string bucket, key;  ///< of the new object; a key is never used a second time
  std::string version;      ///< empty before the commit
  uint64_t size_bytes = 0;
};

/// Makes fewer, larger files of the small ones that runs leave, without changing a row. What readers have
/// pinned stays theirs. Thread-safe; not to be used while a run of the same transform is at work.
class Compactor {
 public:
  struct Options {
    EngineLimits engine;
    /// True while the run of that id may be carried out again: its files are left alone. Empty: none is.
    std::function<Result<bool>(const std::string& run_id)> is_open;
    /// Called before each commit, so that nothing that was committed is unknown, and again after it with the
    /// version. The commit may fail, and then nothing has the new key. An error of the first call keeps the
    /// commit from being made.
    std::function<Status(const CompactionRecord&)> record;
  };

  Compactor(object_store::ObjectStore& store, metrics::Registry& metrics, Options options)
      : store_(store), metrics_(metrics), options_(std::move(options)) {}

  /// Carries out one compaction in one of the transform's tables: of its appending and partitioned outputs,
  /// of rows that it set aside, and of the results of quality rules. False if there is nothing to do.
  /// Errors: kCancelled. A table that cannot be compacted is logged and left out.
  Result<bool> CompactOne(const Definition& definition, std::stop_token cancelled);

 private:
  Result<bool> CompactTable(const Definition& definition, const Output& output, std::stop_token cancelled);
  Result<std::vector<TableFile>> WithoutOpen(std::vector<TableFile> files);
  Result<bool> Merge(const Definition& definition, const Output& output, std::vector<TableFile> files,
                     std::stop_token cancelled);
  Status Commit(const Definition& definition, const Output& output, const std::vector<TableFile>& files,
                const std::filesystem::path& merged);

  object_store::ObjectStore& store_;
  metrics::Registry& metrics_;
  const Options options_;
};

}  // namespace tarn::transform

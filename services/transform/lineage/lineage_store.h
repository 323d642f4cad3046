#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"
#include "services/transform/lineage/lineage_report.h"

namespace tarn::transform {

/// An object that a run or a compaction made, as it is stored.
struct StoredObject {
  object_store::ObjectVersion object;
  std::string run_id;  ///< empty: a compaction made it
  std::string table, model;
  std::optional<int64_t> rows;
  int64_t size_bytes = 0;
  Timestamp created_at;
};

/// Where rows of an object came from or went to.
struct Descendant {
  object_store::ObjectVersion object;
  std::string descent;  ///< see DescentName
};

/// A run as lineage shows it.
struct LineageRun {
  std::string id, transform, state, trigger;
  std::optional<Timestamp> finished_at;
  std::string definition;  ///< hash; empty if it is not known
};

/// One version of a cataloged table.
struct TableSnapshot {
  std::string table, snapshot;
};

/// Which objects were made by which runs from which others, in state/transform.db. What a run read is its
/// inputs (see RunStore). All lists have at most `limit` items. Thread-safe. Errors of all methods: as
/// sqlite::Statement::Step.
class LineageStore {
 public:
  explicit LineageStore(sqlite::Database& database) : database_(database) {}

  /// Within the caller's transaction. Recording the same run again changes nothing.
  Status Record(const std::string& run_id, const LineageReport& report, Timestamp now);
  /// Records an object that takes the place of smaller ones: before its commit, without a version, and again
  /// after it. No two compactions have the same key.
  Status RecordCompaction(const MadeObject& object, Timestamp now);
  /// Finds out, when no compaction is at work, what became of those that were recorded only before their
  /// commit, since the process died. Errors: also as ObjectStore::Head.
  Status SettleCompactions(object_store::ObjectStore& store);

  Result<std::optional<StoredObject>> Made(const object_store::ObjectVersion& object);
  Result<std::vector<StoredObject>> MadeBy(const std::string& run_id, int64_t limit);
  Result<std::vector<Descendant>> Earlier(const object_store::ObjectVersion& object, int64_t limit);
  Result<std::vector<Descendant>> Later(const object_store::ObjectVersion& object, int64_t limit);

  /// The inputs that a run published, and the runs that published an input.
  Result<std::vector<object_store::ObjectVersion>> Inputs(const std::string& run_id, int64_t limit);
  Result<std::vector<std::string>> Readers(const object_store::ObjectVersion& object, int64_t limit);

  Result<std::vector<TableSnapshot>> TablesRead(const std::string& run_id, int64_t limit);
  Result<std::vector<std::string>> TableReaders(const TableSnapshot& table, int64_t limit);
  Result<std::vector<object_store::ObjectVersion>> SnapshotFiles(const TableSnapshot& table, int64_t limit);
  Result<std::vector<TableSnapshot>> SnapshotsWith(const object_store::ObjectVersion& object, int64_t limit);

  Result<std::optional<LineageRun>> FindRun(const std::string& run_id);
  /// Whether a run made or read this version.
  Result<bool> Knows(const object_store::ObjectVersion& object);
  /// The newest version of an object that a run made or read.
  Result<std::optional<std::string>> NewestVersion(const std::string& bucket, const std::string& key);

 private:
  Status Insert(const std::optional<std::string>& run_id, const MadeObject& object, Timestamp now);
  Status NameVersion(const std::string& key, const std::string& version);
  Status Discard(const std::string& key);
  Status RecordTable(const std::string& run_id, const TableRead& read);
  Result<std::vector<Descendant>> Related(const char* sql, const object_store::ObjectVersion& object,
                                          int64_t limit);
  Result<std::vector<object_store::ObjectVersion>> Objects(const char* sql, const std::string& first,
                                                           const std::string& second, int64_t limit);
  Result<std::vector<std::string>> Texts(const char* sql, const std::vector<std::string>& values,
                                         int64_t limit);

  sqlite::Database& database_;
};

}  // namespace tarn::transform

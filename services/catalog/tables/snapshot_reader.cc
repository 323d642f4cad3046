#include "services/catalog/tables/snapshot_reader.h"

#include <algorithm>

#include "services/catalog/tables/file_filter.h"
#include "services/catalog/tables/file_rows.h"
#include "services/catalog/tables/file_statistics.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/partition_index.h"

namespace tarn::catalog {
namespace {

// Over this many partitions, reading all files in their order costs less.
constexpr int64_t kMaxSingleReads = 2'000;

struct Found {
  int64_t table_id = 0;
  int64_t current = 0;
  TableSnapshot snapshot;
};

Error NoSuchVersion(const TableRef& wanted) {
  const std::string which = wanted.version ? "version " + std::to_string(*wanted.version)
                                           : "version as of " + FormatRfc3339(*wanted.as_of);
  return Error(Code::kNotFound, "the table " + wanted.name.database + "." + wanted.name.table +
                                    " has no such version, or keeps it no longer: " + which);
}

// Versions whose schema is that of the one before have none of their own.
Status TakeVersion(sqlite::Database& database, const TableRef& wanted, Found* found) {
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT version, files, (SELECT s.schema FROM versions s WHERE s.table_id = v.table_id AND "
                               "s.version <= v.version AND s.schema IS NOT NULL ORDER BY s.version DESC LIMIT 1) "
                               "FROM versions v WHERE table_id = ?1 AND (version = ?2 OR (?2 IS NULL AND created_at <= ?3)) "
                               "ORDER BY version DESC LIMIT 1"));
  select.Bind(1, found->table_id).Bind(2, wanted.version);
  if (wanted.as_of) select.Bind(3, ToUnixMillis(*wanted.as_of));
  TARN_ASSIGN(const bool exists, select.Step());
  if (!exists) return NoSuchVersion(wanted);
  found->snapshot.version = select.Integer(0);
  found->snapshot.total_files = select.Integer(1);
  TARN_ASSIGN(found->snapshot.columns, LoadColumns(select.Text(2)));
  return Ok();
}

Result<std::optional<Found>> FindTable(sqlite::Database& database, const TableRef& wanted) {
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT id, version, files, schema FROM tables WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool exists, select.Bind(1, wanted.name.database).Bind(2, wanted.name.table).Step());
  if (!exists) return std::optional<Found>();
  Found found;
  found.table_id = select.Integer(0);
  found.current = select.Integer(1);
  found.snapshot.name = wanted.name;
  if (wanted.version || wanted.as_of) {
    TARN_TRY(TakeVersion(database, wanted, &found));
    return std::optional(std::move(found));
  }
  found.snapshot.version = found.current;
  found.snapshot.total_files = select.Integer(2);
  TARN_ASSIGN(found.snapshot.columns, LoadColumns(select.Text(3)));
  return std::optional(std::move(found));
}

// Takes the files that can match from rows of `files`.
class FileCollector {
 public:
  FileCollector(sqlite::Database& database, FileFilter& filter, bool with_statistics, std::vector<DataFile>& files)
      : database_(database), filter_(filter), rows_(database), with_statistics_(with_statistics), files_(files) {}

  Status TakeAll(sqlite::Statement& select) {
    while (true) {
      TARN_ASSIGN(const bool more, select.Step());
      if (!more) return Ok();
      TARN_TRY(Take(select));
    }
  }

 private:
  Status Take(const sqlite::Statement& row) {
    TARN_ASSIGN(const auto* partition, rows_.Partition(row));
    if (!filter_.CanMatchPartition(*partition)) return Ok();
    TARN_ASSIGN(const auto layout, rows_.Layout(row));
    const FileFilter::LayoutPlan& plan = filter_.PlanOf(*layout);
    if (!plan.can_match) return Ok();
    std::string statistics;
    if (with_statistics_ || !plan.checks.empty()) {
      TARN_ASSIGN(statistics, StatisticsOf(FileRows::Id(row)));
    }
    TARN_ASSIGN(const bool can_match, FileFilter::CanMatchFile(plan, statistics, row.Integer(5)));
    if (!can_match) return Ok();
    TARN_ASSIGN(DataFile file, rows_.Read(row));
    if (with_statistics_) {
      TARN_ASSIGN(file.statistics, LoadStatistics(statistics, *layout));
    }
    files_.push_back(std::move(file));
    return Ok();
  }

  Result<std::string> StatisticsOf(int64_t file_id) {
    TARN_ASSIGN(auto select, database_.Prepare("SELECT body FROM file_statistics WHERE file_id = ?"));
    TARN_ASSIGN(const bool found, select.Bind(1, file_id).Step());
    return found ? select.Text(0) : std::string();
  }

  sqlite::Database& database_;
  FileFilter& filter_;
  FileRows rows_;
  const bool with_statistics_;
  std::vector<DataFile>& files_;
};

Status ReadPartitions(sqlite::Database& database, int64_t table_id, const std::vector<std::string>& partitions,
                      FileCollector& collector) {
  for (const std::string& partition : partitions) {
    TARN_ASSIGN(auto select,
                database.Prepare(std::string(FileRows::kSelect) + "FROM files f WHERE f.table_id = ? AND f.partition = ? "
                                                                  "AND f.to_version IS NULL AND f.partition <> '[]'"));
    select.Bind(1, table_id).Bind(2, partition);
    TARN_TRY(collector.TakeAll(select));
  }
  return Ok();
}

Status ReadCurrent(sqlite::Database& database, const Found& found, FileFilter& filter, FileCollector& collector) {
  PartitionIndex index(database);
  TARN_ASSIGN(const auto partitions, index.Find(found.table_id, filter, kMaxSingleReads));
  if (partitions) return ReadPartitions(database, found.table_id, *partitions, collector);
  TARN_ASSIGN(auto select, database.Prepare(std::string(FileRows::kSelect) +
                                            "FROM files f WHERE f.table_id = ? AND f.to_version IS NULL ORDER BY f.key"));
  select.Bind(1, found.table_id);
  return collector.TakeAll(select);
}

Status ReadFormer(sqlite::Database& database, const Found& found, FileCollector& collector) {
  TARN_ASSIGN(auto select,
              database.Prepare(std::string(FileRows::kSelect) +
                               "FROM files f WHERE f.table_id = ?1 AND f.from_version <= ?2 AND f.to_version > ?2 UNION ALL " +
                               FileRows::kSelect +
                               "FROM files f WHERE f.table_id = ?1 AND f.from_version <= ?2 AND f.to_version IS NULL"));
  select.Bind(1, found.table_id).Bind(2, found.snapshot.version);
  return collector.TakeAll(select);
}

}  // namespace

Result<std::optional<TableSnapshot>> ReadSnapshot(sqlite::Database& database, const TableRef& wanted) {
  TARN_ASSIGN(auto found, FindTable(database, wanted));
  if (!found) return std::optional<TableSnapshot>();
  TableSnapshot& snapshot = found->snapshot;
  TARN_ASSIGN(snapshot.total_partitions, PartitionIndex(database).Count(found->table_id));
  if (wanted.without_files) return std::optional(std::move(snapshot));
  if (wanted.filters.empty())
    snapshot.files.reserve(static_cast<size_t>(std::max<int64_t>(snapshot.total_files, 0)));
  FileFilter filter(wanted.filters, snapshot.columns);
  FileCollector collector(database, filter, wanted.with_statistics, snapshot.files);
  if (snapshot.version == found->current) {
    TARN_TRY(ReadCurrent(database, *found, filter, collector));
  } else {
    TARN_TRY(ReadFormer(database, *found, collector));
  }
  return std::optional(std::move(snapshot));
}

}  // namespace tarn::catalog

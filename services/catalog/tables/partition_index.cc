#include "services/catalog/tables/partition_index.h"

#include <algorithm>
#include <map>

#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/partition_stretches.h"

namespace tarn::catalog {

// `value` is what StoredAs says.
const char* const PartitionIndex::kMigration = R"sql(
CREATE TABLE partition_values (
  table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value,
  partition TEXT NOT NULL
);
CREATE UNIQUE INDEX partition_values_in_order ON partition_values (table_id, key, value, partition);
CREATE TABLE partition_counts (
  table_id INTEGER PRIMARY KEY REFERENCES tables (id) ON DELETE CASCADE,
  partitions INTEGER NOT NULL
);
CREATE INDEX files_of_partition ON files (table_id, partition) WHERE to_version IS NULL AND partition <> '[]';

INSERT INTO partition_counts SELECT table_id, count(*) FROM partitions GROUP BY table_id;
INSERT INTO partition_values
  SELECT table_id, text ->> '$[0]',
    CASE WHEN value = '__HIVE_DEFAULT_PARTITION__' THEN NULL
         WHEN value = CAST(CAST(value AS INTEGER) AS TEXT) THEN CAST(value AS INTEGER)
         WHEN value GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(value) = value AND value >= '0001' THEN value
         ELSE CAST(value AS BLOB) END,
    partition
  FROM (SELECT p.table_id, p.partition, pair.value AS text, pair.value ->> '$[1]' AS value
        FROM partitions p, json_each(p.partition) pair);
)sql";

namespace {

using pruning::Condition;

// Adds the partitions of a stretch; false if there are more than `limit`.
Result<bool> Collect(sqlite::Database& database, int64_t table_id, const std::string& key,
                     const Stretch& stretch, int64_t limit, std::vector<std::string>* partitions) {
  TARN_ASSIGN(
      auto select,
      database.Prepare("SELECT partition FROM partition_values WHERE table_id = ?1 AND key = ?2 AND " +
                       stretch.condition));
  select.Bind(1, table_id).Bind(2, key);
  for (size_t i = 0; i < stretch.parameters.size(); ++i)
    BindTo(select, static_cast<int>(3 + i), stretch.parameters[i]);
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return true;
    if (static_cast<int64_t>(partitions->size()) >= limit) return false;
    partitions->push_back(select.Text(0));
  }
}

// The partitions that the conditions on one key let through; nothing if they are unknown, or more than
// `limit`.
Result<std::optional<std::vector<std::string>>> Candidates(sqlite::Database& database, int64_t table_id,
                                                           const std::string& key,
                                                           const std::vector<const Condition*>& conditions,
                                                           int64_t limit) {
  const auto stretches = StretchesOf(conditions);
  if (!stretches) return std::optional<std::vector<std::string>>();
  std::vector<std::string> partitions;
  for (const Stretch& stretch : *stretches) {
    TARN_ASSIGN(const bool all, Collect(database, table_id, key, stretch, limit, &partitions));
    if (!all) return std::optional<std::vector<std::string>>();
  }
  return std::optional(std::move(partitions));
}

std::map<std::string, std::vector<const Condition*>> ByKey(const FileFilter& filter) {
  std::map<std::string, std::vector<const Condition*>> conditions;
  for (const auto& key : filter.keys()) conditions[key.key].push_back(&key.condition);
  return conditions;
}

}  // namespace

Status PartitionIndex::Add(int64_t table_id, const std::string& stored,
                           const std::vector<PartitionValue>& values) {
  TARN_ASSIGN(auto count, database_.Prepare("INSERT INTO partition_counts VALUES (?, 1) "
                                            "ON CONFLICT DO UPDATE SET partitions = partitions + 1"));
  TARN_TRY(count.Bind(1, table_id).Run());
  for (const PartitionValue& value : values) {
    TARN_ASSIGN(auto insert,
                database_.Prepare("INSERT OR IGNORE INTO partition_values (table_id, key, value, partition) "
                                  "VALUES (?, ?, ?, ?)"));
    insert.Bind(1, table_id).Bind(2, value.key).Bind(4, stored);
    BindTo(insert, 3, StoredAs(value.value));
    TARN_TRY(insert.Run());
  }
  return Ok();
}

Status PartitionIndex::Remove(int64_t table_id, const std::string& stored,
                              const std::vector<PartitionValue>& values) {
  TARN_ASSIGN(auto count, database_.Prepare(
                              "UPDATE partition_counts SET partitions = partitions - 1 WHERE table_id = ?"));
  TARN_TRY(count.Bind(1, table_id).Run());
  for (const PartitionValue& value : values) {
    TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM partition_values WHERE table_id = ? AND key = ? "
                                               "AND value IS ? AND partition = ?"));
    remove.Bind(1, table_id).Bind(2, value.key).Bind(4, stored);
    BindTo(remove, 3, StoredAs(value.value));
    TARN_TRY(remove.Run());
  }
  return Ok();
}

Result<int64_t> PartitionIndex::Count(int64_t table_id) {
  TARN_ASSIGN(auto select, database_.Prepare("SELECT partitions FROM partition_counts WHERE table_id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, table_id).Step());
  return found ? select.Integer(0) : 0;
}

Result<std::optional<std::vector<std::string>>> PartitionIndex::Find(int64_t table_id,
                                                                     const FileFilter& filter,
                                                                     int64_t limit) {
  // The key that lets the fewest through gives the candidates; then all of them are looked at.
  std::optional<std::vector<std::string>> fewest;
  for (const auto& [key, conditions] : ByKey(filter)) {
    const int64_t most = fewest ? static_cast<int64_t>(fewest->size()) : limit;
    TARN_ASSIGN(auto candidates, Candidates(database_, table_id, key, conditions, most));
    if (candidates) fewest = std::move(candidates);
  }
  if (!fewest) return fewest;
  std::vector<std::string> found;
  for (std::string& stored : *fewest) {
    TARN_ASSIGN(const auto values, LoadPartition(stored));
    if (filter.CanMatchPartition(values)) found.push_back(std::move(stored));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return std::optional(std::move(found));
}

}  // namespace tarn::catalog

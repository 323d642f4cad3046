#include "services/catalog/tables/table_statistics.h"

#include <set>

#include "services/catalog/pruning/value_order.h"
#include "services/catalog/tables/file_rows.h"
#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {

const char* const TableStatistics::kMigration = R"sql(
CREATE TABLE table_statistics (
  table_id INTEGER PRIMARY KEY REFERENCES tables (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  last_file INTEGER NOT NULL,  -- files with greater ids are not in the sum
  body TEXT NOT NULL
);
)sql";

namespace {

struct Current {
  int64_t table_id = 0, version = 0, rows = 0;
  std::vector<Column> columns;
};

Result<Current> FindTable(sqlite::Database& database, const TableName& name) {
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT id, version, rows, schema FROM tables WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return Error(Code::kNotFound, "there is no such table: " + name.database + "." + name.table);
  Current table{select.Integer(0), select.Integer(1), select.Integer(2), {}};
  TARN_ASSIGN(table.columns, LoadColumns(select.Text(3)));
  return table;
}

Result<std::optional<TableStatistics::Sum>> FindKept(sqlite::Database& database, int64_t table_id) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT version, last_file, body FROM table_statistics WHERE table_id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, table_id).Step());
  if (!found) return std::optional<TableStatistics::Sum>();
  return std::optional(TableStatistics::Sum{table_id, select.Integer(0), select.Integer(1), select.Text(2)});
}

// Whether all commits since `version` are on record and took away no file.
Result<bool> OnlyAddedSince(sqlite::Database& database, const Current& table, int64_t version) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT count(*), coalesce(sum(files_removed), 0) FROM versions "
                                            "WHERE table_id = ? AND version > ?"));
  TARN_TRY(select.Bind(1, table.table_id).Bind(2, version).Step());
  return select.Integer(0) == table.version - version && select.Integer(1) == 0;
}

// Adds the live files with ids greater than that of the last one that is in the sum.
Status AddFiles(sqlite::Database& database, int64_t table_id, int64_t* last_file, StatisticsSummary& summary) {
  TARN_ASSIGN(auto select,
              database.Prepare(std::string(FileRows::kSelect) + ", s.body FROM files f LEFT JOIN file_statistics s ON "
                                                                "s.file_id = f.id WHERE f.id > ? AND f.table_id = ? AND "
                                                                "f.to_version IS NULL ORDER BY f.id"));
  select.Bind(1, *last_file).Bind(2, table_id);
  FileRows rows(database);
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return Ok();
    *last_file = FileRows::Id(select);
    TARN_ASSIGN(const auto layout, rows.Layout(select));
    TARN_TRY(summary.Add(*layout, select.Integer(5), select.Text(9)));
  }
}

// What partition values come to for one key.
struct KeySummary {
  std::set<std::string> values;
  std::optional<std::pair<pruning::Value, std::string>> min, max;
  bool ordered = true;
  int64_t nulls = 0;

  void Add(const std::string& text, int64_t rows, pruning::ValueKind kind) {
    if (text == kNullPartition) {
      nulls += rows;
      return;
    }
    values.insert(text);
    auto value = pruning::ParseValue(text, kind);
    ordered &= value.has_value();
    if (!ordered) return;
    if (!min || *value < min->first) min.emplace(*value, text);
    if (!max || max->first < *value) max.emplace(*value, text);
  }
};

Result<std::vector<ColumnSummary>> SumUpKeys(sqlite::Database& database, const Current& table) {
  std::vector<ColumnSummary> columns;
  std::vector<KeySummary> sums;
  for (const Column& column : table.columns) {
    if (column.partition_key) columns.push_back({column});
  }
  sums.resize(columns.size());
  TARN_ASSIGN(auto select, database.Prepare("SELECT partition, rows FROM partitions WHERE table_id = ?"));
  select.Bind(1, table.table_id);
  int64_t rows = 0;
  while (!columns.empty()) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) break;
    TARN_ASSIGN(const auto partition, LoadPartition(select.Text(0)));
    rows += select.Integer(1);
    for (size_t i = 0; i < columns.size(); ++i) {
      std::string text = kNullPartition;
      for (const PartitionValue& value : partition) {
        if (value.key == columns[i].column.name) text = value.value;
      }
      sums[i].Add(text, select.Integer(1), pruning::KindOf(columns[i].column.type));
    }
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    columns[i].nulls = sums[i].nulls + (table.rows - rows);  // files outside of all partitions
    columns[i].distinct = static_cast<int64_t>(sums[i].values.size());
    if (sums[i].ordered && sums[i].min) columns[i].min = sums[i].min->second;
    if (sums[i].ordered && sums[i].max) columns[i].max = sums[i].max->second;
  }
  return columns;
}

}  // namespace

Result<TableStatistics::Answer> TableStatistics::Read(sqlite::Database& database, const TableName& name) {
  TARN_ASSIGN(const Current table, FindTable(database, name));
  TARN_ASSIGN(const auto kept, FindKept(database, table.table_id));
  StatisticsSummary summary;
  Sum sum{table.table_id, table.version, 0, ""};
  const bool current = kept && kept->version == table.version;
  bool usable = current;
  if (kept && !current) {
    TARN_ASSIGN(usable, OnlyAddedSince(database, table, kept->version));
  }
  if (usable) {
    TARN_ASSIGN(summary, StatisticsSummary::Load(kept->body));
    sum.last_file = kept->last_file;
  }
  Answer answer;
  if (!current) {
    TARN_TRY(AddFiles(database, table.table_id, &sum.last_file, summary));
    sum.body = summary.Store();
    answer.to_keep = std::move(sum);
  }
  answer.columns = summary.Columns(table.columns, table.rows);
  TARN_ASSIGN(auto keys, SumUpKeys(database, table));
  for (ColumnSummary& key : keys) answer.columns.push_back(std::move(key));
  return answer;
}

Status TableStatistics::Keep(sqlite::Database& database, const Sum& sum) {
  TARN_ASSIGN(auto insert, database.Prepare("INSERT INTO table_statistics (table_id, version, last_file, body) SELECT "
                                            "?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM tables WHERE id = ?1 AND version = ?2) "
                                            "ON CONFLICT DO UPDATE SET version = ?2, last_file = ?3, body = ?4"));
  return insert.Bind(1, sum.table_id).Bind(2, sum.version).Bind(3, sum.last_file).Bind(4, sum.body).Run();
}

}  // namespace tarn::catalog

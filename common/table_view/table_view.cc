#include "common/table_view/table_view.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "common/duckdb/engine.h"
#include "common/text/lower_case.h"

namespace tarn::table_view {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

// One UNION ALL branch each; planning takes about a millisecond per branch.
constexpr size_t kMaxGroups = 2'000;
// How Hive's layout writes a NULL in a path.
constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

// Files that one reader can read together.
struct FileGroup {
  const catalog_client::DataFile* like;
  std::vector<std::string> paths;
};

auto GroupKey(const catalog_client::DataFile& file) {
  const catalog_client::CsvDialect& csv = file.csv;
  return std::tuple(file.format, csv.delimiter, csv.quote, csv.escape, csv.has_header, csv.skip_lines, csv.columns,
                    csv.comment, csv.encoding, csv.short_rows, csv.formats, file.partition_values, file.columns);
}

std::vector<FileGroup> GroupFiles(const catalog_client::TableSnapshot& table, std::span<const std::filesystem::path> paths) {
  std::map<decltype(GroupKey(table.files[0])), size_t> positions;
  std::vector<FileGroup> groups;
  for (size_t i = 0; i < table.files.size(); ++i) {
    const auto [position, added] = positions.emplace(GroupKey(table.files[i]), groups.size());
    if (added) groups.push_back({&table.files[i], {}});
    groups[position->second].paths.push_back(paths[i].string());
  }
  return groups;
}

const catalog_client::TableColumn* FindColumn(const catalog_client::TableSnapshot& table, const std::string& name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(), [&](const catalog_client::TableColumn& column) {
    return text::LowerCase(column.name) == text::LowerCase(name);
  });
  return found == table.columns.end() ? nullptr : &*found;
}

// {'a': 'BIGINT', 'b': 'VARCHAR'}
template <class TypeOf>
std::string ColumnTypes(const std::vector<std::string>& names, const TypeOf& type_of) {
  std::string types = "{";
  for (const auto& name : names) {
    if (types.size() > 1) types += ", ";
    types += QuoteLiteral(name) + ": " + QuoteLiteral(type_of(name));
  }
  return types + '}';
}

std::string ReadCsv(const catalog_client::CsvDialect& csv, const std::string& paths) {
  // As text: the casts of the view then take what the catalog took when it chose the types.
  const auto text = [](const std::string&) { return "VARCHAR"; };
  return "read_csv(" + paths + ", auto_detect = false, delim = " + QuoteLiteral(csv.delimiter) +
         ", quote = " + QuoteLiteral(csv.quote) + ", escape = " + QuoteLiteral(csv.escape) +
         ", header = " + (csv.has_header ? "true" : "false") + ", skip = " + std::to_string(csv.skip_lines) +
         (csv.comment.empty() ? "" : ", comment = " + QuoteLiteral(csv.comment)) +
         (csv.encoding.empty() || csv.encoding == "utf-8" ? "" : ", encoding = " + QuoteLiteral(csv.encoding)) +
         (csv.short_rows ? ", null_padding = true" : "") + ", columns = " + ColumnTypes(csv.columns, text) +
         ", hive_partitioning = false)";
}

std::string ReadFiles(const catalog_client::TableSnapshot& table, const FileGroup& group) {
  const std::string paths = duckdb::QuoteLiteralList(group.paths);
  const auto table_type = [&](const std::string& name) {
    const catalog_client::TableColumn* column = FindColumn(table, name);
    return column ? column->type : std::string("VARCHAR");
  };
  switch (group.like->format) {
    case catalog_client::FileFormat::kParquet: return "read_parquet(" + paths + ", union_by_name = true, hive_partitioning = false)";
    case catalog_client::FileFormat::kCsv: return ReadCsv(group.like->csv, paths);
    case catalog_client::FileFormat::kJson:
      return "read_json(" + paths + ", columns = " + ColumnTypes(group.like->columns, table_type) +
             ", hive_partitioning = false)";
  }
  return "";
}

bool HasColumn(const catalog_client::DataFile& file, const std::string& name) {
  return std::any_of(file.columns.begin(), file.columns.end(),
                     [&](const std::string& column) { return text::LowerCase(column) == text::LowerCase(name); });
}

// A CSV file's column; text that is a date by its format only becomes one where the table has one.
std::string CsvValue(const catalog_client::CsvDialect& csv, const catalog_client::TableColumn& column) {
  const std::string name = QuoteIdentifier(column.name);
  for (size_t i = 0; i < std::min(csv.columns.size(), csv.formats.size()); ++i) {
    const bool dated = column.type == "DATE" || column.type.starts_with("TIMESTAMP");
    if (dated && !csv.formats[i].empty() && text::LowerCase(csv.columns[i]) == text::LowerCase(column.name))
      return "strptime(trim(" + name + "), " + QuoteLiteral(csv.formats[i]) + ")";
  }
  return name;
}

std::string PartitionLiteral(const std::string& value) {
  return value == kNullPartition ? "NULL" : QuoteLiteral(value);
}

// The table's columns as one file of a group gives them; nothing gives them all as NULL.
std::string SelectList(const catalog_client::TableSnapshot& table, const catalog_client::DataFile* file) {
  std::string list;
  size_t partition = 0;
  for (const catalog_client::TableColumn& column : table.columns) {
    std::string value = "NULL";
    if (file && column.partition_key) value = PartitionLiteral(file->partition_values[partition++]);
    else if (file && HasColumn(*file, column.name)) value = CsvValue(file->csv, column);
    list += (list.empty() ? "" : ", ") + ("CAST(" + value + " AS " + column.type + ") AS ") + QuoteIdentifier(column.name);
  }
  return list;
}

bool CanRead(const catalog_client::DataFile& file) {
  // JSON files are read by the columns asked for, and there must be one.
  return file.format != catalog_client::FileFormat::kJson || !file.columns.empty();
}

}  // namespace

Result<std::string> TableQuery(const catalog_client::TableSnapshot& snapshot,
                               std::span<const std::filesystem::path> paths) {
  const auto groups = GroupFiles(snapshot, paths);
  const std::string shown = snapshot.database + '.' + snapshot.table;
  if (snapshot.columns.empty()) return Error(Code::kUnprocessable, "the table has no columns: " + shown);
  if (groups.size() > kMaxGroups) {
    return Error(Code::kUnprocessable, "the table has over 2000 kinds of files (partitions, layouts): " + shown);
  }
  std::string query;
  for (const FileGroup& group : groups) {
    if (!CanRead(*group.like)) continue;
    query += (query.empty() ? "SELECT " : " UNION ALL SELECT ") + SelectList(snapshot, group.like) + " FROM " +
             ReadFiles(snapshot, group);
  }
  if (query.empty()) query = "SELECT " + SelectList(snapshot, nullptr) + " WHERE false";
  return query;
}

Result<std::string> CreateTableView(const BoundTable& table, std::span<const std::filesystem::path> paths) {
  TARN_ASSIGN(const std::string query, TableQuery(table.snapshot, paths));
  const std::string schema = QuoteIdentifier(table.database.empty() ? "main" : table.database);
  return "CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE VIEW " + schema + '.' + QuoteIdentifier(table.name) + " AS " +
         query + ";";
}

}  // namespace tarn::table_view

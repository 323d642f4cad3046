#include "common/table_view/table_view.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "common/duckdb/engine.h"
#include "common/table_view/exact_cast.h"
#include "common/text/lower_case.h"

namespace tarn::table_view {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

// One UNION ALL branch each; planning takes about a millisecond per branch.
constexpr size_t kMaxBranches = 2'000;
// A larger object is refused; the engine's buffers are twice as large.
constexpr int64_t kMaxWrappedBytes = 32 << 20;
// Over this many partitions the files' values come from a join, which costs more per row and less per partition.
constexpr size_t kMaxPartitionBranches = 32;
// How Hive's layout writes a NULL in a path.
constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";
// What DuckDB calls the number of the file, in the list of a reader, that a row comes from.
constexpr const char* kFileIndex = "file_index";

using catalog_client::DataFile;
using catalog_client::FileLayout;
using catalog_client::TableColumn;
using catalog_client::TableSnapshot;
using PartitionValues = std::vector<std::string>;

const PartitionValues kNoValues;

// Files that one reader can read together, and the partition of each.
struct FileGroup {
  const FileLayout* layout = nullptr;
  std::vector<std::string> paths;
  std::vector<const PartitionValues*> partitions;
};

const PartitionValues* PartitionOf(const DataFile& file) {
  return file.partition_values ? file.partition_values.get() : &kNoValues;
}

std::vector<FileGroup> GroupByLayout(const TableSnapshot& table, std::span<const std::filesystem::path> paths) {
  std::unordered_map<const FileLayout*, size_t> positions;
  std::vector<FileGroup> groups;
  for (size_t i = 0; i < table.files.size(); ++i) {
    const DataFile& file = table.files[i];
    const auto [position, added] = positions.emplace(file.layout.get(), groups.size());
    if (added) groups.push_back({file.layout.get(), {}, {}});
    groups[position->second].paths.push_back(paths[i].string());
    groups[position->second].partitions.push_back(PartitionOf(file));
  }
  return groups;
}

std::vector<FileGroup> SplitByPartition(const FileGroup& group) {
  std::map<PartitionValues, size_t> positions;
  std::vector<FileGroup> parts;
  for (size_t i = 0; i < group.paths.size(); ++i) {
    const auto [position, added] = positions.emplace(*group.partitions[i], parts.size());
    if (added) parts.push_back({group.layout, {}, {}});
    parts[position->second].paths.push_back(group.paths[i]);
    parts[position->second].partitions.push_back(group.partitions[i]);
  }
  return parts;
}

size_t CountPartitions(const FileGroup& group) {
  std::set<PartitionValues> distinct;
  for (const PartitionValues* values : group.partitions) {
    if (distinct.insert(*values).second && distinct.size() > kMaxPartitionBranches) break;
  }
  return distinct.size();
}

const TableColumn* FindColumn(const TableSnapshot& table, const std::string& name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const TableColumn& column) { return column.name == name; });
  return found == table.columns.end() ? nullptr : &*found;
}

// A file's own column of that name would stand before the number.
bool HasFileIndex(const TableSnapshot& table, const FileLayout& layout) {
  const auto is_it = [](const std::string& name) { return text::LowerCase(name) == kFileIndex; };
  return std::any_of(layout.columns.begin(), layout.columns.end(), [&](const auto& column) { return is_it(column.name); }) ||
         std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) { return is_it(column.name); });
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

// Lines that a regular expression takes apart: its groups are the columns.
std::string ReadLines(const catalog_client::CsvDialect& csv, const std::string& paths) {
  const std::string pattern = QuoteLiteral(csv.pattern);
  std::string names, fields;
  for (const auto& column : csv.columns) {
    names += (names.empty() ? "" : ", ") + QuoteLiteral(column);
    fields += (fields.empty() ? "" : ", ") + ("line." + QuoteIdentifier(column));
  }
  const std::string lines = "read_csv(" + paths + ", auto_detect = false, header = false, delim = '\x1f', quote = '', escape = '', skip = " +
                            std::to_string(csv.skip_lines) + 
                            (csv.encoding.empty() || csv.encoding == "utf-8" ? "" : ", encoding = " + QuoteLiteral(csv.encoding)) +
                            ", columns = {'line': 'VARCHAR'}, strict_mode = false, hive_partitioning = false)";
  const std::string matches = "regexp_full_match(line, " + pattern + ")";
  const std::string refuse = "error('a line does not match the pattern of its file: ' || left(line, 100))";
  return "(SELECT " + fields + ", file_index FROM (SELECT regexp_extract(" +
         (csv.skip_unmatched ? "line" : "CASE WHEN " + matches + " THEN line ELSE " + refuse + " END") + ", " + pattern + ", [" + names +
         "]) AS line, file_index FROM " + lines + " WHERE trim(line) <> ''" + (csv.skip_unmatched ? " AND " + matches : "") + "))";
}

// The columns that a JSON reader looks for, with the table's types, by the names in the file.
std::string JsonColumns(const TableSnapshot& table, const FileLayout& layout) {
  std::vector<std::string> names;
  std::map<std::string, std::string> types;
  for (const auto& column : layout.columns) {
    const TableColumn* known = FindColumn(table, column.column);
    names.push_back(column.name);
    // Text that a person calls something else is checked after reading.
    types[column.name] = known && column.type != "VARCHAR" ? known->type : "VARCHAR";
  }
  return ColumnTypes(names, [&](const std::string& name) { return types[name]; });
}

// Records inside of an object, which the engine holds in memory as a whole.
std::string ReadRecords(const TableSnapshot& table, const FileLayout& layout, const std::string& paths) {
  const auto& path = layout.records_path;
  std::string type = "STRUCT(", array, fields;
  for (const auto& column : layout.columns) {
    const TableColumn* known = FindColumn(table, column.column);
    const std::string name = QuoteIdentifier(column.name);
    type += (fields.empty() ? "" : ", ") + name + ' ' + (known ? known->type : "VARCHAR");
    fields += (fields.empty() ? "" : ", ") + ("record." + name);
  }
  type += ")[]";
  for (size_t i = path.size(); --i > 0;) type = "STRUCT(" + QuoteIdentifier(path[i]) + ' ' + type + ')';
  for (const auto& member : path) array += (array.empty() ? "" : ".") + QuoteIdentifier(member);
  return "(SELECT " + fields + ", file_index FROM (SELECT unnest(" + array + ") AS record, file_index FROM read_json(" + paths +
         ", columns = " + ColumnTypes({path[0]}, [&](const std::string&) { return type; }) + ", maximum_object_size = " +
         std::to_string(kMaxWrappedBytes) + ", hive_partitioning = false)) WHERE record IS NOT NULL)";
}

std::string ReadFiles(const TableSnapshot& table, const FileGroup& group) {
  const std::string paths = duckdb::QuoteLiteralList(group.paths);
  switch (group.layout->format) {
    case catalog_client::FileFormat::kParquet: return "read_parquet(" + paths + ", hive_partitioning = false)";
    case catalog_client::FileFormat::kCsv:
      return group.layout->csv.pattern.empty() ? ReadCsv(group.layout->csv, paths) : ReadLines(group.layout->csv, paths);
    case catalog_client::FileFormat::kJson:
      if (!group.layout->records_path.empty()) return ReadRecords(table, *group.layout, paths);
      return "read_json(" + paths + ", columns = " + JsonColumns(table, *group.layout) + ", hive_partitioning = false)";
  }
  return "";
}

// A CSV file's column; text that is a date by its format only becomes one where the table has one.
std::string CsvValue(const catalog_client::CsvDialect& csv, const std::string& file_column, const TableColumn& column) {
  const std::string name = "f." + QuoteIdentifier(file_column);
  for (size_t i = 0; i < std::min(csv.columns.size(), csv.formats.size()); ++i) {
    const bool dated = column.type == "DATE" || column.type.starts_with("TIMESTAMP");
    if (dated && !csv.formats[i].empty() && csv.columns[i] == file_column)
      return "strptime(trim(" + name + "), " + QuoteLiteral(csv.formats[i]) + ")";
  }
  return name;
}

std::string PartitionLiteral(const std::string& value) {
  return value == kNullPartition ? "NULL" : QuoteLiteral(value);
}

// The table's columns as the files of a layout give them; nothing gives them all as NULL. `partition_value` renders
// the value of the n-th partition key.
template <class PartitionValue>
std::string SelectList(const TableSnapshot& table, const FileLayout* layout, const PartitionValue& partition_value) {
  std::unordered_map<std::string, const catalog_client::FileColumn*> in_file;
  if (layout) {
    for (const auto& column : layout->columns) in_file.emplace(column.column, &column);
  }
  std::string list;
  size_t key = 0;
  for (const TableColumn& column : table.columns) {
    std::string value = "NULL";
    std::string cast;
    const auto found = in_file.find(column.name);
    if (column.partition_key) {
      value = layout ? partition_value(key) : value;
      ++key;
    } else if (found != in_file.end()) {
      const catalog_client::FileColumn& file_column = *found->second;
      value = CsvValue(layout->csv, file_column.name, column);
      const bool is_text = file_column.type == "VARCHAR" && value == "f." + QuoteIdentifier(file_column.name);
      if (is_text && column.type != "VARCHAR") cast = ExactCast(value, column.type, column.name);
    }
    if (cast.empty()) cast = "CAST(" + value + " AS " + column.type + ")";
    list += (list.empty() ? "" : ", ") + cast + " AS " + QuoteIdentifier(column.name);
  }
  return list;
}

std::string OnePartition(const TableSnapshot& table, const FileGroup& group) {
  const PartitionValues& values = *group.partitions[0];
  const auto literal = [&](size_t key) { return key < values.size() ? PartitionLiteral(values[key]) : std::string("NULL"); };
  return "SELECT " + SelectList(table, group.layout, literal) + " FROM " + ReadFiles(table, group) + " AS f";
}

// The values of one key for each file of the group, in order: ["a", null].
std::string ValueList(const FileGroup& group, size_t key) {
  nlohmann::json list = nlohmann::json::array();
  for (const PartitionValues* values : group.partitions) {
    const bool known = key < values->size() && (*values)[key] != kNullPartition;
    list.push_back(known ? nlohmann::json((*values)[key]) : nlohmann::json(nullptr));
  }
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string ManyPartitions(const TableSnapshot& table, const FileGroup& group) {
  const auto keys = std::count_if(table.columns.begin(), table.columns.end(), [](const TableColumn& column) { return column.partition_key; });
  std::string values = "unnest(range(" + std::to_string(group.paths.size()) + "))::UBIGINT AS file";
  for (size_t key = 0; key < static_cast<size_t>(keys); ++key) {
    values += ", unnest(from_json(" + QuoteLiteral(ValueList(group, key)) + ", '[\"VARCHAR\"]')) AS key" + std::to_string(key);
  }
  const auto column = [](size_t key) { return "p.key" + std::to_string(key); };
  return "SELECT " + SelectList(table, group.layout, column) + " FROM " + ReadFiles(table, group) +
         " AS f JOIN (SELECT " + values + ") AS p ON f." + kFileIndex + " = p.file";
}

bool CanRead(const FileLayout& layout) {
  // JSON files are read by the columns asked for, and there must be one.
  return layout.format != catalog_client::FileFormat::kJson || !layout.columns.empty();
}

std::vector<std::string> Branches(const TableSnapshot& table, const FileGroup& group) {
  if (!HasFileIndex(table, *group.layout) && CountPartitions(group) > kMaxPartitionBranches)
    return {ManyPartitions(table, group)};
  std::vector<std::string> branches;
  for (const FileGroup& part : SplitByPartition(group)) {
    if (branches.size() > kMaxBranches) break;
    branches.push_back(OnePartition(table, part));
  }
  return branches;
}

}  // namespace

Result<std::string> TableQuery(const TableSnapshot& snapshot, std::span<const std::filesystem::path> paths) {
  const std::string shown = snapshot.database + '.' + snapshot.table;
  if (snapshot.columns.empty()) return Error(Code::kUnprocessable, "the table has no columns: " + shown);
  std::string query;
  size_t count = 0;
  for (const FileGroup& group : GroupByLayout(snapshot, paths)) {
    if (!CanRead(*group.layout)) continue;
    for (const std::string& branch : Branches(snapshot, group)) {
      if (++count > kMaxBranches)
        return Error(Code::kUnprocessable, "the table has over 2000 kinds of files (partitions, layouts): " + shown);
      query += (query.empty() ? "" : " UNION ALL ") + branch;
    }
  }
  const auto nothing = [](size_t) { return std::string("NULL"); };
  if (query.empty()) query = "SELECT " + SelectList(snapshot, nullptr, nothing) + " WHERE false";
  return query;
}

Result<std::string> CreateTableView(const BoundTable& table, std::span<const std::filesystem::path> paths) {
  TARN_ASSIGN(const std::string query, TableQuery(table.snapshot, paths));
  const std::string schema = QuoteIdentifier(table.database.empty() ? "main" : table.database);
  return "CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE VIEW " + schema + '.' + QuoteIdentifier(table.name) + " AS " +
         query + ";";
}

}  // namespace tarn::table_view

#include "common/table_view/file_reader.h"

#include <algorithm>
#include <map>

#include "common/duckdb/engine.h"
#include "common/table_view/partition_folders.h"

namespace tarn::table_view {
namespace {

using catalog_client::FileLayout;
using catalog_client::TableColumn;
using catalog_client::TableSnapshot;
using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

// A larger object is refused; the engine's buffers are twice as large.
constexpr int64_t kMaxWrappedBytes = 32 << 20;

const TableColumn* FindColumn(const TableSnapshot& table, const std::string& name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const TableColumn& column) { return column.name == name; });
  return found == table.columns.end() ? nullptr : &*found;
}

// Where the reader is inside of a subquery, the columns that it must give on.
std::string Carried(const FileGroup& group) {
  if (group.source == PartitionSource::kFileIndex) return std::string(", ") + kFileIndex;
  std::string carried;
  for (size_t key = 0; group.source == PartitionSource::kFolders && key < group.keys; ++key)
    carried += ", " + FolderKey(key);
  return carried;
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

// What a reader makes of the folders.
std::string FolderOption(const FileGroup& group) {
  if (group.source != PartitionSource::kFolders) return ", hive_partitioning = false)";
  std::vector<std::string> keys;
  for (size_t key = 0; key < group.keys; ++key) keys.push_back(FolderKey(key));
  return ", hive_partitioning = true, hive_types = " +
         ColumnTypes(keys, [](const std::string&) { return "VARCHAR"; }) + ')';
}

std::string ReadCsv(const FileGroup& group, const std::string& paths) {
  const catalog_client::CsvDialect& csv = group.layout->csv;
  // As text: the casts of the view then take what the catalog took when it chose the types.
  const auto text = [](const std::string&) { return "VARCHAR"; };
  return "read_csv(" + paths + ", auto_detect = false, delim = " + QuoteLiteral(csv.delimiter) +
         ", quote = " + QuoteLiteral(csv.quote) + ", escape = " + QuoteLiteral(csv.escape) +
         ", header = " + (csv.has_header ? "true" : "false") + ", skip = " + std::to_string(csv.skip_lines) +
         (csv.comment.empty() ? "" : ", comment = " + QuoteLiteral(csv.comment)) +
         (csv.encoding.empty() || csv.encoding == "utf-8" ? ""
                                                          : ", encoding = " + QuoteLiteral(csv.encoding)) +
         (csv.short_rows ? ", null_padding = true" : "") + ", columns = " + ColumnTypes(csv.columns, text) +
         FolderOption(group);
}

// Lines that a regular expression takes apart: its groups are the columns.
std::string ReadLines(const FileGroup& group, const std::string& paths) {
  const catalog_client::CsvDialect& csv = group.layout->csv;
  const std::string carried = Carried(group);
  const std::string pattern = QuoteLiteral(csv.pattern);
  std::string names, fields;
  for (const auto& column : csv.columns) {
    names += (names.empty() ? "" : ", ") + QuoteLiteral(column);
    fields += (fields.empty() ? "" : ", ") + ("line." + QuoteIdentifier(column));
  }
  const std::string lines =
      "read_csv(" + paths +
      ", auto_detect = false, header = false, delim = '\x1f', quote = '', escape = '', skip = " +
      std::to_string(csv.skip_lines) +
      (csv.encoding.empty() || csv.encoding == "utf-8" ? "" : ", encoding = " + QuoteLiteral(csv.encoding)) +
      ", columns = {'line': 'VARCHAR'}, strict_mode = false" + FolderOption(group);
  const std::string matches = "regexp_full_match(line, " + pattern + ")";
  const std::string refuse = "error('a line does not match the pattern of its file: ' || left(line, 100))";
  return "(SELECT " + fields + carried + " FROM (SELECT regexp_extract(" +
         (csv.skip_unmatched ? "line" : "CASE WHEN " + matches + " THEN line ELSE " + refuse + " END") +
         ", " + pattern + ", [" + names + "]) AS line" + carried + " FROM " + lines +
         " WHERE trim(line) <> ''" + (csv.skip_unmatched ? " AND " + matches : "") + "))";
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
std::string ReadRecords(const TableSnapshot& table, const FileGroup& group, const std::string& paths) {
  const FileLayout& layout = *group.layout;
  const std::string carried = Carried(group);
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
  return "(SELECT " + fields + carried + " FROM (SELECT unnest(" + array + ") AS record" + carried +
         " FROM read_json(" + paths +
         ", columns = " + ColumnTypes({path[0]}, [&](const std::string&) { return type; }) +
         ", maximum_object_size = " + std::to_string(kMaxWrappedBytes) + FolderOption(group) +
         ") WHERE record IS NOT NULL)";
}

}  // namespace

std::string ReadFiles(const TableSnapshot& table, const FileGroup& group) {
  const std::string paths = duckdb::QuoteLiteralList(group.paths);
  switch (group.layout->format) {
    case catalog_client::FileFormat::kParquet:
      return "read_parquet(" + paths + FolderOption(group);
    case catalog_client::FileFormat::kCsv:
      return group.layout->csv.pattern.empty() ? ReadCsv(group, paths) : ReadLines(group, paths);
    case catalog_client::FileFormat::kJson:
      if (!group.layout->records_path.empty()) return ReadRecords(table, group, paths);
      return "read_json(" + paths + ", columns = " + JsonColumns(table, *group.layout) + FolderOption(group);
  }
  return "";
}

}  // namespace tarn::table_view

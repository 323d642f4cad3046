#include "services/catalog/ddl/create_statement.h"

#include <algorithm>
#include <map>

#include "services/catalog/ddl/hive_format.h"
#include "services/catalog/ddl/hive_text.h"
#include "services/catalog/types/type_parser.h"
#include "services/catalog/types/type_text.h"

namespace tarn::catalog {
namespace {

std::string TypeOf(const Column& column) {
  const auto type = ParseType(column.type);
  return type.ok() ? HiveType(*type) : "string";
}

std::string ColumnList(const Table& table, bool partition_keys) {
  std::string list;
  for (const Column& column : table.columns) {
    if (column.partition_key != partition_keys) continue;
    list += (list.empty() ? "\n  " : ",\n  ") + HiveName(column.name) + ' ' + TypeOf(column);
    if (!column.comment.empty()) list += " COMMENT " + HiveLiteral(column.comment);
  }
  return list;
}

// The layout of most files; null if there are none. Layouts that are the same are one object.
const FileLayout* CommonLayout(const std::vector<DataFile>& files) {
  std::map<const FileLayout*, int> counts;
  const FileLayout* common = nullptr;
  for (const DataFile& file : files) {
    if (++counts[file.layout.get()] > (common ? counts[common] : 0)) common = file.layout.get();
  }
  return common;
}

bool AreAllOf(FileFormat format, const std::vector<DataFile>& files) {
  return std::all_of(files.begin(), files.end(),
                     [&](const DataFile& file) { return file.layout->format == format; });
}

bool HasKeysInPaths(const Table& table, const std::vector<DataFile>& files) {
  for (const Column& column : table.columns) {
    if (column.partition_key && !files.empty() && files[0].key.find(column.name + '=') == std::string::npos)
      return false;
  }
  return true;
}

std::string Location(const std::string& location) {
  return "LOCATION " + HiveLiteral("s3://" + location + (location.ends_with('/') ? "" : "/")) + '\n';
}

std::string TableProperties(const Table& table, const HiveFormat& format) {
  std::map<std::string, std::string> properties(format.properties.begin(), format.properties.end());
  for (const auto& [key, value] : table.edits.parameters) properties[key] = value;
  std::string list;
  for (const auto& [key, value] : properties)
    list += (list.empty() ? "" : ",\n") + ("  " + HiveLiteral(key) + " = " + HiveLiteral(value));
  return list.empty() ? "" : "TBLPROPERTIES (\n" + list + ')';
}

}  // namespace

CreateStatement CreateTableStatement(const Table& table, const std::vector<DataFile>& files) {
  const FileLayout* layout = CommonLayout(files);
  const HiveFormat format = layout ? HiveFormatOf(*layout) : HiveFormat();
  CreateStatement statement{"CREATE EXTERNAL TABLE " + HiveName(table.name.database) + '.' +
                                HiveName(table.name.table) + " (" + ColumnList(table, false) + ")\n",
                            format.notes};
  std::string& sql = statement.sql;
  if (!table.edits.description.empty()) sql += "COMMENT " + HiveLiteral(table.edits.description) + '\n';
  if (const std::string keys = ColumnList(table, true); !keys.empty())
    sql += "PARTITIONED BY (" + keys + ")\n";
  sql += format.clauses;
  if (!table.location.empty()) sql += Location(table.location);
  sql += TableProperties(table, format);
  while (sql.ends_with('\n')) sql.pop_back();

  auto& notes = statement.notes;
  if (!layout) notes.push_back("The table has no files: nothing says how they are read.");
  if (layout && !AreAllOf(layout->format, files)) notes.push_back("Not all files are of this format.");
  if (!HasKeysInPaths(table, files))
    notes.push_back(
        "The folders do not name the partition keys (key=value): Hive needs each partition to be added.");
  return statement;
}

CreateStatement CreateViewStatement(const View& view) {
  CreateStatement statement{
      "CREATE VIEW " + SqlName(view.name.database) + '.' + SqlName(view.name.table) + " AS\n" + view.sql, {}};
  if (view.dialect != "athena")
    statement.notes.push_back("The view's SQL is of the dialect " + view.dialect + '.');
  return statement;
}

}  // namespace tarn::catalog

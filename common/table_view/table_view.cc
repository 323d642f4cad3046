#include "common/table_view/table_view.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "common/duckdb/engine.h"
#include "common/table_view/exact_cast.h"
#include "common/table_view/file_reader.h"
#include "common/table_view/partition_folders.h"
#include "common/text/lower_case.h"

namespace tarn::table_view {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

// One UNION ALL branch each; planning takes about a millisecond per branch.
constexpr size_t kMaxBranches = 2'000;

using catalog_client::DataFile;
using catalog_client::FileLayout;
using catalog_client::TableColumn;
using catalog_client::TableSnapshot;

std::vector<FileGroup> GroupByLayout(const TableSnapshot& table,
                                     std::span<const std::filesystem::path> paths) {
  std::unordered_map<const FileLayout*, size_t> positions;
  std::vector<FileGroup> groups;
  for (size_t i = 0; i < table.files.size(); ++i) {
    const DataFile& file = table.files[i];
    const auto [position, added] = positions.emplace(file.layout.get(), groups.size());
    if (added) groups.push_back({.layout = file.layout.get()});
    groups[position->second].paths.push_back(paths[i].string());
    groups[position->second].partitions.push_back(&PartitionValuesOf(file));
  }
  return groups;
}

std::vector<FileGroup> SplitByPartition(const FileGroup& group) {
  std::map<PartitionValues, size_t> positions;
  std::vector<FileGroup> parts;
  for (size_t i = 0; i < group.paths.size(); ++i) {
    const auto [position, added] = positions.emplace(*group.partitions[i], parts.size());
    if (added) parts.push_back({.layout = group.layout, .keys = group.keys});
    parts[position->second].paths.push_back(group.paths[i]);
    parts[position->second].partitions.push_back(group.partitions[i]);
  }
  return parts;
}

bool HasOnePartition(const FileGroup& group) {
  return std::all_of(group.partitions.begin(), group.partitions.end(),
                     [&](const PartitionValues* values) { return *values == *group.partitions[0]; });
}

// Whether the table or its files have a column of that name: it would hide the engine's, or be hidden by it.
bool HasColumn(const TableSnapshot& table, const FileLayout& layout, const std::string& name) {
  const auto is_it = [&](const std::string& other) { return text::LowerCase(other) == name; };
  const auto& texts = layout.csv.columns;
  return std::any_of(layout.columns.begin(), layout.columns.end(),
                     [&](const auto& column) { return is_it(column.name); }) ||
         std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const auto& column) { return is_it(column.name); }) ||
         std::any_of(texts.begin(), texts.end(), is_it);
}

bool HasFolderKey(const TableSnapshot& table, const FileGroup& group) {
  for (size_t key = 0; key < group.keys; ++key) {
    if (HasColumn(table, *group.layout, FolderKey(key))) return true;
  }
  return false;
}

// A CSV file's column; text that is a date by its format only becomes one where the table has one.
std::string CsvValue(const catalog_client::CsvDialect& csv, const std::string& file_column,
                     const TableColumn& column) {
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

// The table's columns as the files of a layout give them; nothing gives them all as NULL. `partition_value`
// renders the value of the n-th partition key.
template <class PartitionValue>
std::string SelectList(const TableSnapshot& table, const FileLayout* layout,
                       const PartitionValue& partition_value) {
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
  const auto literal = [&](size_t key) {
    return key < values.size() ? PartitionLiteral(values[key]) : std::string("NULL");
  };
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

std::string ByFolder(const TableSnapshot& table, const FileGroup& group) {
  const auto column = [](size_t key) { return "f." + FolderKey(key); };
  return "SELECT " + SelectList(table, group.layout, column) + " FROM " + ReadFiles(table, group) + " AS f";
}

std::string ByFileIndex(const TableSnapshot& table, const FileGroup& group) {
  std::string values = "unnest(range(" + std::to_string(group.paths.size()) + "))::UBIGINT AS file";
  for (size_t key = 0; key < group.keys; ++key) {
    values += ", unnest(from_json(" + QuoteLiteral(ValueList(group, key)) + ", '[\"VARCHAR\"]')) AS key" +
              std::to_string(key);
  }
  const auto column = [](size_t key) { return "p.key" + std::to_string(key); };
  return "SELECT " + SelectList(table, group.layout, column) + " FROM " + ReadFiles(table, group) +
         " AS f JOIN (SELECT " + values + ") AS p ON f." + kFileIndex + " = p.file";
}

bool CanRead(const FileLayout& layout) {
  // JSON files are read by the columns asked for, and there must be one.
  return layout.format != catalog_client::FileFormat::kJson || !layout.columns.empty();
}

std::vector<std::string> Branches(const TableSnapshot& table, FileGroup group) {
  group.keys = CountPartitionKeys(table);
  if (group.keys == 0 || HasOnePartition(group)) return {OnePartition(table, group)};
  if (!HasFolderKey(table, group) && AreInPartitionFolders(group.paths, group.partitions, group.keys)) {
    group.source = PartitionSource::kFolders;
    return {ByFolder(table, group)};
  }
  if (!HasColumn(table, *group.layout, kFileIndex)) {
    group.source = PartitionSource::kFileIndex;
    return {ByFileIndex(table, group)};
  }
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
        return Error(Code::kUnprocessable,
                     "the table has over 2000 kinds of files (partitions, layouts): " + shown);
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
  return "CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE VIEW " + schema + '.' +
         QuoteIdentifier(table.name) + " AS " + query + ";";
}

}  // namespace tarn::table_view

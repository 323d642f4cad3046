#include "services/transform/runs/partitions.h"

#include <algorithm>
#include <map>

#include "common/duckdb/engine.h"
#include "services/transform/runs/column_types.h"
#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

constexpr const char* kNullPartition = "__HIVE_DEFAULT_PARTITION__";

// "tarn partition 0=2024/tarn partition 1=7" with the columns' own names.
std::string RenamedPath(const std::filesystem::path& relative, const std::vector<std::string>& columns) {
  std::string path;
  size_t i = 0;
  for (const auto& segment : relative) {
    const std::string text = segment.string();
    if (i < columns.size()) path += columns[i] + text.substr(text.find('=')) + "/";
    ++i;
  }
  return path;
}

}  // namespace

std::string PartitionValue(const std::string& column) {
  return std::string("nullif(nullif(CAST(") + duckdb::QuoteIdentifier(column) + " AS VARCHAR), ''), '" +
         kNullPartition + "')";
}

bool IsItsOwnPartitionValue(const std::string& type) {
  return type == "DATE" || type == "BOOLEAN" || IsInteger(type);
}

std::string PartitionPath(const std::vector<std::string>& columns) {
  std::vector<std::string> segments;
  for (const std::string& column : columns) {
    segments.push_back(duckdb::QuoteLiteral(column + "=") + " || coalesce(url_encode(" +
                       PartitionValue(column) + "), '" + kNullPartition + "') || '/'");
  }
  return Joined(segments, " || ");
}

Status CheckPartitionColumns(const std::vector<std::string>& columns) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  for (const std::string& column : columns) {
    const bool plain = !column.empty() && column.find_first_not_of(kAllowed) == std::string::npos;
    if (plain && column.front() != '_') continue;
    return Error(
        Code::kUnprocessable,
        "a column that a table is partitioned by has a name of ASCII letters, digits and '_' that does "
        "not begin with '_', as it names folders: " +
            column);
  }
  return Ok();
}

std::string PartitionAlias(size_t number) { return "_tarn_partition_" + std::to_string(number); }

std::string PartitionByOption(size_t columns) {
  std::vector<std::string> aliases;
  for (size_t i = 0; i < columns; ++i) aliases.push_back(PartitionAlias(i));
  return ", PARTITION_BY (" + Joined(aliases) + ")";
}

Result<std::vector<PartitionFiles>> WrittenPartitions(const std::filesystem::path& directory,
                                                      const std::vector<std::string>& columns) {
  std::map<std::string, std::vector<std::filesystem::path>> by_path;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (!at->is_regular_file()) continue;
    const auto relative = at->path().parent_path().lexically_relative(directory);
    by_path[RenamedPath(relative, columns)].push_back(at->path());
    if (by_path.size() > kMaxPartitions) return TooManyPartitions(columns);
  }
  // Without rows the engine makes no directory.
  if (failed && failed != std::errc::no_such_file_or_directory)
    return Error(Code::kInternal, "the files of an output cannot be listed");
  std::vector<PartitionFiles> partitions;
  for (auto& [path, files] : by_path) {
    std::sort(files.begin(), files.end());
    partitions.push_back({path, std::move(files)});
  }
  return partitions;
}

Error TooManyPartitions(const std::vector<std::string>& columns) {
  return Error(Code::kUnprocessable, "the run has rows of more than " + std::to_string(kMaxPartitions) +
                                         " partitions, which is the most that one run may write; partition "
                                         "by fewer or coarser columns than " +
                                         Joined(columns) + ", or take fewer objects per run");
}

std::vector<std::string> ColumnsOfPath(std::string_view path) {
  std::vector<std::string> columns;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    columns.emplace_back(segment.substr(0, segment.find('=')));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
  }
  return columns;
}

}  // namespace tarn::transform

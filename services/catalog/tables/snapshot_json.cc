#include "services/catalog/tables/snapshot_json.h"

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "services/catalog/tables/column_mapping.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/table_json.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

json GroupToJson(const FileLayout& layout, const std::vector<Column>& schema) {
  json columns = json::array();
  for (const MappedColumn& mapped : MapColumns(schema, layout)) {
    const Column& column = layout.columns[mapped.file_column];
    columns.push_back({{"name", schema[mapped.column].name}, {"file_name", column.name}, {"type", column.type}});
  }
  json group = {{"format", FormatName(layout.format)}, {"columns", std::move(columns)}, {"files", json::array()}};
  if (layout.csv) {
    group["csv"] = DialectToJson(*layout.csv);
    json names = json::array();
    for (const Column& column : layout.columns) names.push_back(column.name);
    group["csv"]["columns"] = std::move(names);
  }
  if (!layout.records_path.empty()) group["records_path"] = layout.records_path;
  if (!layout.decoding.empty()) group["decoding"] = DecodingToJson(layout.decoding);
  return group;
}

json FileToJson(const DataFile& file) {
  json value = {{"bucket", file.bucket},
                {"key", file.key},
                {"version", file.version},
                {"size_bytes", file.size_bytes},
                {"rows", file.rows},
                {"last_modified", FormatRfc3339(file.last_modified)},
                {"partition", PartitionValuesToJson(file.partition)}};
  if (file.statistics.empty()) return value;
  json statistics = json::array();
  for (const ColumnStatistics& column : file.statistics) statistics.push_back(StatisticsToJson(column));
  value["statistics"] = std::move(statistics);
  return value;
}

}  // namespace

json StatisticsToJson(const ColumnStatistics& statistics) {
  json value = {{"column", statistics.column}};
  if (statistics.nulls) value["nulls"] = *statistics.nulls;
  if (statistics.min) value["min"] = *statistics.min;
  if (statistics.max) value["max"] = *statistics.max;
  if (statistics.distinct) value["distinct"] = *statistics.distinct;
  return value;
}

json SnapshotToJson(const TableSnapshot& snapshot) {
  std::unordered_map<const FileLayout*, size_t> positions;
  json groups = json::array();
  for (const DataFile& file : snapshot.files) {
    const auto [position, added] = positions.try_emplace(file.layout.get(), groups.size());
    if (added) groups.push_back(GroupToJson(*file.layout, snapshot.columns));
    groups[position->second]["files"].push_back(FileToJson(file));
  }
  return {{"found", true},
          {"name", {{"database", snapshot.name.database}, {"table", snapshot.name.table}}},
          {"version", snapshot.version},
          {"columns", ColumnsToJson(snapshot.columns)},
          {"total_files", snapshot.total_files},
          {"total_partitions", snapshot.total_partitions},
          {"groups", std::move(groups)}};
}

}  // namespace tarn::catalog

#include "services/catalog/tables/table_json.h"

#include <nlohmann/json.hpp>

#include "services/catalog/evolution/change_json.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/schema_merge.h"
#include "services/catalog/types/type_renderings.h"

namespace tarn::catalog {

using nlohmann::json;

json PartitionValuesToJson(const std::vector<PartitionValue>& values) {
  json object = json::object();
  for (const PartitionValue& value : values)
    object[value.key] = value.value == kNullPartition ? json(nullptr) : json(value.value);
  return object;
}

json ShownColumns(const std::vector<Column>& columns) {
  json shown = ColumnsToJson(columns);
  for (size_t i = 0; i < columns.size(); ++i) {
    shown[i]["comment"] = columns[i].comment;
    AddRenderings(columns[i].type, &shown[i]);
  }
  return shown;
}

json DatabaseToJson(const Database& database) {
  return {{"name", database.name},
          {"tables", database.tables},
          {"revision", database.revision},
          {"description", database.description},
          {"location", database.location},
          {"parameters", database.parameters},
          {"created_at", FormatRfc3339(database.created_at)}};
}

json TableToJson(const Table& table) {
  json partition_keys = json::array();
  for (const Column& column : table.columns) {
    if (column.partition_key) partition_keys.push_back(column.name);
  }
  return {{"database", table.name.database},
          {"name", table.name.table},
          {"state", table.deprecated_at ? "deprecated" : table.files > 0 ? "active" : "empty"},
          {"deprecated_at", table.deprecated_at ? json(FormatRfc3339(*table.deprecated_at)) : json(nullptr)},
          {"crawler", table.crawler},
          {"location", table.location},
          {"version", table.version},
          {"columns", ShownColumns(table.columns)},
          {"description", table.edits.description},
          {"owner", table.edits.owner},
          {"parameters", table.edits.parameters},
          {"partition_keys", std::move(partition_keys)},
          {"partition_count", table.partitions},
          {"file_count", table.files},
          {"failed_file_count", table.failed_files},
          {"size_bytes", table.size_bytes},
          {"rows", table.rows},
          {"created_at", FormatRfc3339(table.created_at)},
          {"updated_at", FormatRfc3339(table.updated_at)}};
}

json VersionToJson(const TableVersion& version) {
  json value = {{"version", version.version},
                {"schema_changed", version.schema_changed},
                {"file_count", version.files},
                {"size_bytes", version.size_bytes},
                {"rows", version.rows},
                {"files_added", version.files_added},
                {"files_removed", version.files_removed},
                {"crawl_id", version.crawl_id},
                {"created_at", FormatRfc3339(version.created_at)},
                {"schema_changes", ChangesToJson(version.changes)},
                {"conflicts", ConflictsToJson(version.conflicts)}};
  if (version.rollback_to) value["rollback_to"] = *version.rollback_to;
  if (version.edited_by) value["edited_by"] = *version.edited_by;
  if (version.edit) value["edit"] = json::parse(*version.edit, nullptr, false);
  return value;
}

json PartitionToJson(const Partition& partition) {
  return {{"values", PartitionValuesToJson(partition.values)},
          {"file_count", partition.files},
          {"size_bytes", partition.size_bytes},
          {"rows", partition.rows}};
}

json DataFileToJson(const DataFile& file, const std::vector<Column>& schema) {
  json value = {{"bucket", file.bucket},
                {"key", file.key},
                {"version", file.version},
                {"size_bytes", file.size_bytes},
                {"rows", file.rows},
                {"format", FormatName(file.layout->format)},
                {"last_modified", FormatRfc3339(file.last_modified)},
                {"partition", PartitionValuesToJson(file.partition)},
                {"columns", ColumnsInFile(schema, *file.layout)}};
  if (file.layout->csv) {
    value["csv"] = DialectToJson(*file.layout->csv);
    value["csv"]["columns"] = FileColumnNames(schema, *file.layout);
  }
  if (!file.layout->decoding.empty()) value["decoding"] = DecodingToJson(file.layout->decoding);
  return value;
}

json FailedFileToJson(const FailedFile& file) {
  return {{"bucket", file.bucket},     {"key", file.key},
          {"version", file.version},   {"code", file.code},
          {"detail", file.detail},     {"where", file.where},
          {"crawl_id", file.crawl_id}, {"failed_at", FormatRfc3339(file.failed_at)}};
}

}  // namespace tarn::catalog

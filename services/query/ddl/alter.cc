#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/text/percent_encoding.h"
#include "services/query/ddl/catalog_commands.h"
#include "services/query/ddl/serde.h"

namespace tarn::query {
namespace {

using nlohmann::json;
using What = AlterTableStatement::What;

constexpr size_t kMaxItems = 1'000'000;

// The declaration again, with other columns.
json DeclarationWith(json columns, const json& table, const json& edits, const json& crawler) {
  json body = {{"location", table.value("location", "")},
               {"columns", std::move(columns)},
               {"description", edits["description"]},
               {"owner", edits["owner"]},
               {"parameters", edits["parameters"]}};
  const json& definition = crawler["definition"];
  for (const char* member : {"partitions", "classifiers", "schema_change"}) {
    if (definition.contains(member)) body[member] = definition[member];
  }
  const json& target = definition["targets"][0];
  if (target.is_object() && target.contains("exclude")) body["exclude"] = target["exclude"];
  return body;
}

// "year=2024/month=1/": how a partition's folder is called, in the order of the keys.
Result<std::string> PartitionPath(const json& table, const Properties& values) {
  std::string path;
  for (const auto& key : table["partition_keys"]) {
    const auto found = std::find_if(values.begin(), values.end(), [&](const auto& value) {
      return FoldCase(value.first) == FoldCase(key.get<std::string>());
    });
    if (found == values.end())
      return Error(Code::kUnprocessable, "the partition has no value for the key " + key.get<std::string>());
    path += key.get<std::string>() + '=' + text::PercentEncode(found->second, " :,;@!$&'()+") + '/';
  }
  if (values.size() == table["partition_keys"].size() && !path.empty()) return path;
  return Error(Code::kUnprocessable, "the partition keys of the table are " + table["partition_keys"].dump());
}

}  // namespace

Result<Listing> CatalogCommands::Run(const AlterTableStatement& alter) {
  TARN_ASSIGN(const ObjectName full, Full(alter.table));
  Status changed = Ok();
  switch (alter.what) {
    case What::kAddColumns:
    case What::kReplaceColumns:
      changed = ChangeColumns(full, alter);
      break;
    case What::kRenameColumn:
      changed = RenameColumn(full, alter);
      break;
    case What::kSetProperties:
    case What::kUnsetProperties:
      changed = ChangeProperties(full, alter);
      break;
    case What::kAddPartitions:
      changed = AddPartitions(full, alter);
      break;
    case What::kRepair: {
      TARN_ASSIGN(const auto table, GetTable(full));
      changed = Crawl(table, "");
      break;
    }
  }
  if (changed.ok()) return Done();
  const Error& error = changed.error();
  if (error.code() == Code::kNotFound || error.code() == Code::kInvalidArgument)
    return At(Error(Code::kUnprocessable, error.message()), full);
  return At(Error(error.code(), error.message()), full);
}

Status CatalogCommands::ChangeColumns(const ObjectName& full, const AlterTableStatement& alter) {
  TARN_ASSIGN(const auto table, GetTable(full));
  TARN_ASSIGN(auto edits, parts_.rest.Get(TablePath(full) + "/edits", cancelled_));
  if (!edits.contains("declared")) {
    return Error(
        Code::kUnprocessable,
        "the columns of a table that a crawler found are those of its files; a table that was made by "
        "CREATE EXTERNAL TABLE can be changed so, and a view shows other columns of any table");
  }
  json columns = json::array(), keys = json::array();
  for (auto& column : edits["declared"]) {
    const bool key = column.value("partition_key", false);
    if (key) keys.push_back(column);
    if (!key && alter.what == What::kAddColumns) columns.push_back(column);
  }
  for (auto& column : ColumnsJson(alter.columns, false)) columns.push_back(std::move(column));
  for (auto& key : keys) columns.push_back(std::move(key));
  TARN_ASSIGN(const auto crawler,
              parts_.rest.Get(catalog_client::CatalogRest::Path({"crawlers", table.value("crawler", "")}),
                              cancelled_));
  if (!crawler["definition"].is_object())
    return Error(Code::kUnprocessable, "the table's crawler is not in order");
  TARN_ASSIGN(const auto changed,
              parts_.rest.Put(TablePath(full), DeclarationWith(std::move(columns), table, edits, crawler),
                              false, cancelled_));
  return Crawl(changed, "");
}

Status CatalogCommands::RenameColumn(const ObjectName& full, const AlterTableStatement& alter) {
  TARN_ASSIGN(const auto table, GetTable(full));
  std::string name;
  for (const auto& column : table["columns"]) {
    if (FoldCase(column.value("name", "")) == alter.old_name) name = column.value("name", "");
  }
  if (name.empty()) return Error(Code::kUnprocessable, "the table has no such column: " + alter.old_name);
  TARN_ASSIGN(
      const auto changed,
      parts_.rest.Patch(TablePath(full), {{"columns", {{name, {{"name", alter.new_name}}}}}}, cancelled_));
  (void)changed;
  return Ok();
}

Status CatalogCommands::ChangeProperties(const ObjectName& full, const AlterTableStatement& alter) {
  TARN_ASSIGN(const auto table, GetTable(full));
  (void)table;
  json patch;
  for (const auto& [key, value] : alter.properties) {
    patch["parameters"][key] = alter.what == What::kUnsetProperties ? json() : json(value);
  }
  TARN_ASSIGN(const auto changed, parts_.rest.Patch(TablePath(full), patch, cancelled_));
  (void)changed;
  return Ok();
}

Result<bool> CatalogCommands::HasPartition(const ObjectName& full, const std::string& path) {
  TARN_ASSIGN(const auto table, GetTable(full));
  TARN_ASSIGN(const auto partitions,
              parts_.rest.Items(TablePath(full) + "/partitions", kMaxItems, cancelled_));
  for (const auto& partition : partitions) {
    Properties values;
    for (const auto& [key, value] : partition["values"].items())
      values.emplace_back(key, value.is_string() ? value.get<std::string>() : "__HIVE_DEFAULT_PARTITION__");
    TARN_ASSIGN(const std::string known, PartitionPath(table, values));
    if (known == path) return true;
  }
  return false;
}

// Partitions are what the files' folders say: adding one is to look at its folder.
Status CatalogCommands::AddPartitions(const ObjectName& full, const AlterTableStatement& alter) {
  TARN_ASSIGN(const auto table, GetTable(full));
  const std::string location = table.value("location", "");
  for (const auto& partition : alter.partitions) {
    TARN_ASSIGN(const std::string path, PartitionPath(table, partition.values));
    if (!partition.location.empty() && partition.location != location + path) {
      return Error(Code::kUnprocessable, "a partition's files stand below the table, in s3://" + location +
                                             path + "; got s3://" + partition.location);
    }
    TARN_ASSIGN(const bool there, HasPartition(full, path));
    if (there && alter.if_not_exists) continue;
    if (there) return Error(Code::kConflict, "the partition is there already: " + path);
    TARN_TRY(Crawl(table, location.substr(location.find('/') + 1) + path));
    TARN_ASSIGN(const bool found, HasPartition(full, path));
    if (!found)
      return Error(Code::kUnprocessable, "there are no files of the partition in s3://" + location + path);
  }
  return Ok();
}

}  // namespace tarn::query

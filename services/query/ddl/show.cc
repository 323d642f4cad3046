#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/catalog_client/catalog_rest.h"
#include "services/query/ddl/catalog_commands.h"

namespace tarn::query {
namespace {

using What = ShowStatement::What;

constexpr size_t kMaxItems = 1'000'000;

// country=DE/day=2026-01-01, as Hive writes it.
std::string PartitionText(const nlohmann::json& table, const nlohmann::json& partition) {
  std::string text;
  for (const auto& key : table["partition_keys"]) {
    const nlohmann::json& value = partition["values"][key.get<std::string>()];
    text += (text.empty() ? "" : "/") + key.get<std::string>() + '=' +
            (value.is_string() ? value.get<std::string>() : "__HIVE_DEFAULT_PARTITION__");
  }
  return text;
}

}  // namespace

Result<Listing> CatalogCommands::Run(const ShowStatement& show) {
  if (show.what == What::kDatabases || show.what == What::kTables || show.what == What::kViews)
    return Names(show);
  TARN_ASSIGN(const ObjectName full, Full(show.name));
  switch (show.what) {
    case What::kColumns:
    case What::kDescribe:
      return Columns(full, show.what == What::kDescribe);
    case What::kPartitions:
      return Partitions(full);
    case What::kProperties:
      return TableProperties(full, show.key);
    default:
      return CreateText(full, show.what == What::kCreateView);
  }
}

Result<Listing> CatalogCommands::Names(const ShowStatement& show) {
  Listing listing;
  std::vector<std::string> names;
  if (show.what == What::kDatabases) {
    listing.columns = {"database"};
    TARN_ASSIGN(names, parts_.catalog.ListDatabases());
  } else {
    const bool views = show.what == What::kViews;
    const std::string database = FoldCase(show.database.empty() ? database_ : show.database);
    if (database.empty()) {
      return Error(Code::kUnprocessable, std::string("name the database: SHOW ") +
                                             (views ? "VIEWS" : "TABLES") + " FROM database, or ?database=");
    }
    listing.columns = {views ? "view" : "table"};
    for (const char* kind : {"tables", "views"}) {
      if (views && std::string_view(kind) == "tables") continue;
      const auto items = parts_.rest.Items(catalog_client::CatalogRest::Path({"databases", database, kind}),
                                           kMaxItems, cancelled_);
      if (!items.ok() && items.error().code() == Code::kNotFound)
        return Error(Code::kUnprocessable, "there is no database " + database);
      TARN_TRY(items);
      for (const auto& item : *items) names.push_back(item.value("name", ""));
    }
    std::sort(names.begin(), names.end());
  }
  for (const auto& name : names) {
    if (MatchesPattern(name, show.pattern, show.is_like)) listing.rows.push_back({name});
  }
  return listing;
}

Result<Listing> CatalogCommands::Columns(const ObjectName& full, bool with_types) {
  auto shown = parts_.rest.Get(TablePath(full), cancelled_);
  if (!shown.ok() && shown.error().code() == Code::kNotFound)
    shown = parts_.rest.Get(ViewPath(full), cancelled_);
  if (!shown.ok() && shown.error().code() == Code::kNotFound) return Unknown(full);
  if (!shown.ok()) return shown.error();
  Listing listing;
  listing.columns = {"column"};
  if (with_types) listing.columns = {"col_name", "data_type", "comment"};
  for (const auto& column : (*shown)["columns"]) {
    listing.rows.push_back({column.value("name", "")});
    if (!with_types) continue;
    listing.rows.back().push_back(column.value("hive_type", column.value("type", "")));
    listing.rows.back().push_back(column.value("comment", ""));
  }
  return listing;
}

Result<Listing> CatalogCommands::Partitions(const ObjectName& full) {
  TARN_ASSIGN(const auto table, GetTable(full));
  if (table["partition_keys"].empty())
    return At(Error(Code::kUnprocessable, "the table has no partitions: " + full.database + '.' + full.name),
              full);
  TARN_ASSIGN(const auto partitions,
              parts_.rest.Items(TablePath(full) + "/partitions", kMaxItems, cancelled_));
  Listing listing{{"partition"}};
  for (const auto& partition : partitions) listing.rows.push_back({PartitionText(table, partition)});
  return listing;
}

Result<Listing> CatalogCommands::TableProperties(const ObjectName& full, const std::string& key) {
  TARN_ASSIGN(const auto table, GetTable(full));
  Listing listing{{"property", "value"}};
  const auto parameters = table.find("parameters");
  if (parameters == table.end()) return listing;
  for (const auto& [name, value] : parameters->items()) {
    if (key.empty() || key == name) listing.rows.push_back({name, value.get<std::string>()});
  }
  return listing;
}

Result<Listing> CatalogCommands::CreateText(const ObjectName& full, bool view) {
  const std::string path = view ? ViewPath(full) : TablePath(full);
  auto answer = parts_.rest.Get(path + ":ddl", cancelled_);
  if (!answer.ok() && answer.error().code() == Code::kNotFound) {
    if (!view) return Unknown(full);
    return At(Error(Code::kUnprocessable, "there is no view " + full.name + " in database " + full.database),
              full);
  }
  if (!answer.ok()) return answer.error();
  return Listing{{"statement"}, {{answer->value("statement", "")}}};
}

}  // namespace tarn::query

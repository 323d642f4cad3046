#include "services/query/system_tables/information_schema.h"

#include <nlohmann/json.hpp>

#include "common/text/percent_encoding.h"

namespace tarn::query {
namespace {

using nlohmann::json;

constexpr const char* kCatalog = "tarn";

// Databases that the statement may want.
Result<std::vector<std::string>> Databases(ServiceClient& catalog, const SystemRead& read) {
  const auto wanted = WantedText(read, "table_schema");
  std::vector<std::string> names;
  const auto take = [&](const json& item) {
    const std::string name = item.value("name", "");
    if (!wanted || *wanted == name) names.push_back(name);
    return Ok();
  };
  TARN_TRY(catalog.ForEach("/v1/databases", {}, take, read.cancelled));
  return names;
}

// The tables or views of all databases that the statement may want.
Status ForEachRelation(ServiceClient& catalog, const char* kind, const SystemRead& read,
                       const ServiceClient::TakeItem& take) {
  const auto wanted = WantedText(read, "table_name");
  const auto take_wanted = [&](const json& item) {
    return !wanted || item.value("name", "") == *wanted ? take(item) : Ok();
  };
  TARN_ASSIGN(const auto databases, Databases(catalog, read));
  for (const auto& database : databases) {
    const auto listed = catalog.ForEach("/v1/databases/" + text::PercentEncode(database) + '/' + kind, {},
                                        take_wanted, read.cancelled);
    if (!listed.ok() && listed.error().code() != Code::kNotFound) return listed;  // dropped meanwhile
  }
  return Ok();
}

json TableRow(const json& item, const char* type) {
  return {{"table_catalog", kCatalog},
          {"table_schema", item.value("database", "")},
          {"table_name", item.value("name", "")},
          {"table_type", type}};
}

Status AddColumns(const json& table, RowSink& sink) {
  int64_t position = 0;
  for (const auto& column : table.value("columns", json::array())) {
    json row = TableRow(table, "");
    row.update({{"column_name", column.value("name", "")},
                {"ordinal_position", ++position},
                {"is_nullable", "YES"},
                {"data_type", column.value("type", "")},
                {"comment", column.value("comment", json())}});
    if (column.value("partition_key", false)) row["extra_info"] = "partition key";
    TARN_TRY(sink.Add(row));
  }
  return Ok();
}

}  // namespace

SystemTable SchemataTable(ServiceClient& catalog) {
  const auto read = [&catalog](const SystemRead& wanted, RowSink& sink) -> Status {
    for (const char* own : {"information_schema", "system"})
      TARN_TRY(sink.Add({{"catalog_name", kCatalog}, {"schema_name", own}}));
    const auto take = [&](const json& item) {
      return sink.Add({{"catalog_name", kCatalog}, {"schema_name", item.value("name", "")}});
    };
    return catalog.ForEach("/v1/databases", {}, take, wanted.cancelled);
  };
  return {"information_schema",
          "schemata",
          {{"catalog_name", "VARCHAR"}, {"schema_name", "VARCHAR"}},
          "schema_name",
          read};
}

SystemTable TablesTable(ServiceClient& catalog) {
  const auto read = [&catalog](const SystemRead& wanted, RowSink& sink) -> Status {
    const auto add = [&](const char* type) {
      return [&sink, type](const json& item) { return sink.Add(TableRow(item, type)); };
    };
    TARN_TRY(ForEachRelation(catalog, "tables", wanted, add("BASE TABLE")));
    return ForEachRelation(catalog, "views", wanted, add("VIEW"));
  };
  return {"information_schema",
          "tables",
          {{"table_catalog", "VARCHAR"},
           {"table_schema", "VARCHAR"},
           {"table_name", "VARCHAR"},
           {"table_type", "VARCHAR"}},
          "table_schema",
          read};
}

SystemTable ColumnsTable(ServiceClient& catalog) {
  const auto read = [&catalog](const SystemRead& wanted, RowSink& sink) -> Status {
    const auto take = [&sink](const json& item) { return AddColumns(item, sink); };
    TARN_TRY(ForEachRelation(catalog, "tables", wanted, take));
    return ForEachRelation(catalog, "views", wanted, take);
  };
  return {"information_schema",
          "columns",
          {{"table_catalog", "VARCHAR"},
           {"table_schema", "VARCHAR"},
           {"table_name", "VARCHAR"},
           {"column_name", "VARCHAR"},
           {"ordinal_position", "BIGINT"},
           {"column_default", "VARCHAR"},
           {"is_nullable", "VARCHAR"},
           {"data_type", "VARCHAR"},
           {"comment", "VARCHAR"},
           {"extra_info", "VARCHAR"}},
          "table_schema or table_name",
          read};
}

SystemTable ViewsTable(ServiceClient& catalog) {
  const auto read = [&catalog](const SystemRead& wanted, RowSink& sink) {
    const auto take = [&sink](const json& item) {
      json row = TableRow(item, "");
      row["view_definition"] = item.value("sql", json());
      return sink.Add(row);
    };
    return ForEachRelation(catalog, "views", wanted, take);
  };
  return {"information_schema",
          "views",
          {{"table_catalog", "VARCHAR"},
           {"table_schema", "VARCHAR"},
           {"table_name", "VARCHAR"},
           {"view_definition", "VARCHAR"}},
          "table_schema",
          read};
}

}  // namespace tarn::query

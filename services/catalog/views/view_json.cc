#include "services/catalog/views/view_json.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/editing/patch_members.h"
#include "services/catalog/types/type_renderings.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

constexpr size_t kMaxSqlBytes = 256 * 1024;
constexpr size_t kMaxColumns = 10'000;

json ColumnToJson(const ViewColumn& column) {
  return {{"name", column.name}, {"type", column.type}, {"comment", column.comment}};
}

Result<std::string> ReadLimited(const json& body, const char* member, size_t max_bytes) {
  const auto value = body.find(member);
  if (value == body.end()) return std::string();
  TARN_ASSIGN(const auto text, ReadText(*value, std::string("/") + member, max_bytes));
  return text.value_or("");
}

Result<ViewColumn> ReadColumn(const json& value, const std::string& pointer) {
  tarn::json::ObjectReader reader(value, pointer);
  ViewColumn column{reader.RequiredString("name"), reader.OptionalString("type").value_or(""),
                    reader.OptionalString("comment").value_or("")};
  TARN_TRY(reader.Finish());
  TARN_TRY(CheckName(column.name, pointer + "/name", false));
  if (column.comment.size() > kMaxCommentBytes)
    return Error(Code::kInvalidArgument, "at most 4096 bytes").At(pointer + "/comment");
  if (!column.type.empty()) {
    TARN_ASSIGN(column.type, ReadType(column.type, pointer + "/type"));
  }
  return column;
}

}  // namespace

json ViewToJson(const View& view) {
  json columns = json::array();
  for (const ViewColumn& column : view.columns) {
    columns.push_back(ColumnToJson(column));
    if (!column.type.empty()) AddRenderings(column.type, &columns.back());
  }
  return {{"database", view.name.database},
          {"name", view.name.table},
          {"version", view.version},
          {"dialect", view.dialect},
          {"sql", view.sql},
          {"columns", std::move(columns)},
          {"comment", view.comment},
          {"owner", view.owner},
          {"created_at", FormatRfc3339(view.created_at)},
          {"updated_at", FormatRfc3339(view.updated_at)},
          {"updated_by", view.updated_by}};
}

Result<View> ReadView(const json& body) {
  tarn::json::ObjectReader reader(body);
  View view;
  view.sql = reader.RequiredString("sql");
  view.dialect = reader.OptionalString("dialect").value_or("duckdb");
  const json* columns = reader.OptionalArray("columns");
  for (const char* member : {"comment", "owner"}) (void)reader.OptionalAny(member);
  if (view.sql.empty() || view.sql.size() > kMaxSqlBytes) reader.Fail("sql", "must have 1 to 262144 bytes");
  if (view.dialect != "duckdb" && view.dialect != "athena")
    reader.Fail("dialect", "must be duckdb or athena");
  if (columns && columns->size() > kMaxColumns) reader.Fail("columns", "at most 10000");
  TARN_TRY(reader.Finish());
  TARN_ASSIGN(view.comment, ReadLimited(body, "comment", kMaxDescriptionBytes));
  TARN_ASSIGN(view.owner, ReadLimited(body, "owner", kMaxOwnerBytes));
  for (size_t i = 0; columns && i < columns->size(); ++i) {
    TARN_ASSIGN(ViewColumn column, ReadColumn((*columns)[i], "/columns/" + std::to_string(i)));
    view.columns.push_back(std::move(column));
  }
  return view;
}

std::string StoreViewColumns(const std::vector<ViewColumn>& columns) {
  json array = json::array();
  for (const ViewColumn& column : columns) array.push_back(ColumnToJson(column));
  return tarn::json::Dump(array);
}

Result<std::vector<ViewColumn>> LoadViewColumns(std::string_view text) {
  const auto value = json::parse(text, nullptr, false);
  std::vector<ViewColumn> columns;
  try {
    for (const json& column : value)
      columns.push_back({column.at("name"), column.at("type"), column.at("comment")});
    return columns;
  } catch (const json::exception&) {
    return Error(Code::kInternal, "the catalog's record of a view is damaged");
  }
}

}  // namespace tarn::catalog

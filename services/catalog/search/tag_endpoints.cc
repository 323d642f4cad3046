#include "services/catalog/search/tag_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxKeyBytes = 128;
constexpr size_t kMaxValueBytes = 256;

TaggedItem ItemIn(const http::Request& request) {
  const auto part = [&](const char* name) {
    const auto found = request.path_parameters.find(name);
    return found == request.path_parameters.end() ? std::string() : found->second;
  };
  return {part("database"), part("table"), part("view"), part("column")};
}

}  // namespace

Result<http::Response> TagEndpoints::List(http::Request& request) {
  const TaggedItem item = ItemIn(request);
  if (!item.table.empty() && item.column.empty()) {
    TARN_ASSIGN(const TableTags tags, tags_.OfTable(item.database, item.table));
    return http::Response::Json(200, {{"tags", tags.table}, {"columns", tags.columns}});
  }
  TARN_ASSIGN(const Tags tags, tags_.Get(item));
  return http::Response::Json(200, {{"tags", tags}});
}

Result<http::Response> TagEndpoints::Put(http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  json::ObjectReader reader(body);
  const std::string value = reader.RequiredString("value");
  if (value.size() > kMaxValueBytes) reader.Fail("value", "at most 256 bytes");
  TARN_TRY(reader.Finish());
  const std::string& key = request.PathParameter("key");
  if (key.size() > kMaxKeyBytes || key.find('=') != std::string::npos)
    return Error(Code::kInvalidArgument, "a tag's key has at most 128 bytes and no '='").At("path");
  TARN_TRY(tags_.Put(ItemIn(request), key, value));
  return http::Response::Json(200, {{"key", key}, {"value", value}});
}

Result<http::Response> TagEndpoints::Delete(http::Request& request) {
  TARN_TRY(tags_.Delete(ItemIn(request), request.PathParameter("key")));
  return http::Response::NoContent();
}

}  // namespace tarn::catalog

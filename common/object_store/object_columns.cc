#include "common/object_store/object_columns.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::object_store {
namespace {

// Most objects have no metadata, and those cost no JSON.
std::string PackMetadata(const std::map<std::string, std::string>& metadata) {
  return metadata.empty() ? std::string() : json::Dump(nlohmann::json(metadata));
}

std::map<std::string, std::string> UnpackMetadata(const std::string& text) {
  std::map<std::string, std::string> metadata;
  if (text.empty()) return metadata;
  const auto parsed = json::Parse(text);
  if (!parsed.ok()) return metadata;
  for (const auto& [name, value] : parsed->items()) {
    if (value.is_string()) metadata.emplace(name, value.get<std::string>());
  }
  return metadata;
}

}  // namespace

void BindObject(sqlite::Statement& statement, int first, const ObjectInfo& object) {
  statement.Bind(first, object.bucket)
      .Bind(first + 1, object.key)
      .Bind(first + 2, object.version)
      .Bind(first + 3, static_cast<int64_t>(object.size_bytes))
      .Bind(first + 4, object.etag)
      .Bind(first + 5, object.content_type)
      .Bind(first + 6, ToUnixMillis(object.last_modified))
      .Bind(first + 7, PackMetadata(object.metadata));
}

ObjectInfo ReadObject(const sqlite::Statement& row, int first) {
  ObjectInfo object;
  object.bucket = row.Text(first);
  object.key = row.Text(first + 1);
  object.version = row.Text(first + 2);
  object.size_bytes = static_cast<uint64_t>(row.Integer(first + 3));
  object.etag = row.Text(first + 4);
  object.content_type = row.Text(first + 5);
  object.last_modified = FromUnixMillis(row.Integer(first + 6));
  object.metadata = UnpackMetadata(row.Text(first + 7));
  return object;
}

}  // namespace tarn::object_store

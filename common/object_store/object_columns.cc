#include "common/object_store/object_columns.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::object_store {
namespace {

using StringMap = std::map<std::string, std::string>;

StringMap ReadMap(const nlohmann::json& object) {
  StringMap map;
  if (!object.is_object()) return map;
  for (const auto& [name, value] : object.items()) {
    if (value.is_string()) map.emplace(name, value.get<std::string>());
  }
  return map;
}

StringMap ReadMember(const nlohmann::json& object, const char* name) {
  return object.contains(name) ? ReadMap(object[name]) : StringMap();
}

}  // namespace

// Most objects have no metadata and no attributes, and those cost no JSON.
std::string PackMap(const StringMap& map) { return map.empty() ? std::string() : json::Dump(nlohmann::json(map)); }

StringMap UnpackMap(const std::string& text) {
  if (text.empty()) return {};
  const auto parsed = json::Parse(text);
  return parsed.ok() ? ReadMap(*parsed) : StringMap();
}

std::string PackAttributes(const ObjectAttributes& attributes) {
  if (attributes.empty()) return {};
  nlohmann::json packed = nlohmann::json::object();
  if (!attributes.headers.empty()) packed["headers"] = attributes.headers;
  if (!attributes.tags.empty()) packed["tags"] = attributes.tags;
  if (!attributes.checksums.empty()) packed["checksums"] = attributes.checksums;
  if (!attributes.replication_status.empty()) packed["replication_status"] = attributes.replication_status;
  for (const ObjectPart& part : attributes.parts) {
    packed["parts"].push_back({{"size_bytes", part.size_bytes}, {"checksums", part.checksums}});
  }
  return json::Dump(packed);
}

ObjectAttributes UnpackAttributes(const std::string& text) {
  ObjectAttributes attributes;
  if (text.empty()) return attributes;
  const auto parsed = json::Parse(text);
  if (!parsed.ok() || !parsed->is_object()) return attributes;
  attributes.headers = ReadMember(*parsed, "headers");
  attributes.tags = ReadMember(*parsed, "tags");
  attributes.checksums = ReadMember(*parsed, "checksums");
  attributes.replication_status = parsed->value("replication_status", std::string());
  if (!parsed->contains("parts")) return attributes;
  for (const auto& part : (*parsed)["parts"]) {
    attributes.parts.push_back({part.value("size_bytes", uint64_t{0}), ReadMember(part, "checksums")});
  }
  return attributes;
}

void BindObject(sqlite::Statement& statement, int first, const ObjectInfo& object) {
  statement.Bind(first, object.bucket)
      .Bind(first + 1, object.key)
      .Bind(first + 2, object.version)
      .Bind(first + 3, static_cast<int64_t>(object.size_bytes))
      .Bind(first + 4, object.etag)
      .Bind(first + 5, object.content_type)
      .Bind(first + 6, ToUnixMillis(object.last_modified))
      .Bind(first + 7, PackMap(object.metadata));
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
  object.metadata = UnpackMap(row.Text(first + 7));
  return object;
}

void BindIndexed(sqlite::Statement& statement, int first, const IndexedObject& object) {
  BindObject(statement, first, object.info);
  const int stored = first + kObjectColumnCount;
  statement.Bind(stored, PackAttributes(object.info.attributes)).Bind(stored + 1, object.info.sequence);
  statement.Bind(stored + 2, object.info.null_version ? 1 : 0);
  statement.Bind(stored + 3, static_cast<int64_t>(object.file.inode)).Bind(stored + 4, object.file.modified_ns);
}

IndexedObject ReadIndexed(const sqlite::Statement& row, int first) {
  IndexedObject object{ReadObject(row, first), {}};
  const int stored = first + kObjectColumnCount;
  object.info.attributes = UnpackAttributes(row.Text(stored));
  object.info.sequence = row.Integer(stored + 1);
  object.info.null_version = row.Integer(stored + 2) != 0;
  object.file = {static_cast<uint64_t>(row.Integer(stored + 3)), object.info.size_bytes, row.Integer(stored + 4)};
  return object;
}

}  // namespace tarn::object_store

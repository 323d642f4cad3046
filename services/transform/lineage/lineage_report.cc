#include "services/transform/lineage/lineage_report.h"

#include <nlohmann/json.hpp>

#include "services/transform/runs/manifest.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using object_store::ObjectVersion;

json ToJson(const std::vector<ObjectVersion>& objects) {
  json list = json::array();
  for (const ObjectVersion& object : objects) list.push_back({object.bucket, object.key, object.version});
  return list;
}

std::vector<ObjectVersion> ObjectsFromJson(const json& list) {
  std::vector<ObjectVersion> objects;
  for (const json& object : list) objects.push_back({object.at(0), object.at(1), object.at(2)});
  return objects;
}

json ToJson(const MadeObject& made) {
  return {{"table", made.table},
          {"model", made.model},
          {"key", made.key},
          {"version", made.version},
          {"rows", made.rows ? json(*made.rows) : json()},
          {"size_bytes", made.size_bytes},
          {"earlier", ToJson(made.earlier)},
          {"descent", DescentName(made.descent)}};
}

MadeObject MadeFromJson(const json& value) {
  MadeObject made;
  made.table = value.at("table");
  made.model = value.at("model");
  made.key = value.at("key");
  made.version = value.at("version");
  if (!value.at("rows").is_null()) made.rows = value.at("rows").get<int64_t>();
  made.size_bytes = value.at("size_bytes");
  made.earlier = ObjectsFromJson(value.at("earlier"));
  if (value.at("descent") == DescentName(Descent::kCompacted)) made.descent = Descent::kCompacted;
  return made;
}

}  // namespace

const char* DescentName(Descent descent) { return descent == Descent::kMerged ? "merged" : "compacted"; }

void LineageReport::SetVersions(const std::vector<object_store::ObjectInfo>& committed) {
  std::map<std::string, std::string> versions;
  for (const object_store::ObjectInfo& info : committed) {
    if (info.bucket == kPublishBucket) versions[info.key] = info.version;
  }
  for (MadeObject& object : objects) {
    if (const auto version = versions.find(object.key); version != versions.end())
      object.version = version->second;
  }
}

Status FindVersions(object_store::ObjectStore& store, LineageReport& report) {
  for (MadeObject& object : report.objects) {
    if (!object.version.empty()) continue;
    const auto info = store.Head(kPublishBucket, object.key);
    if (info.ok())
      object.version = info->version;
    else if (info.error().code() != Code::kNotFound)
      return info.error();
  }
  return Ok();
}

json LineageReport::ToJson() const {
  json tables_read = json::array(), made = json::array();
  for (const TableRead& read : tables) {
    tables_read.push_back(
        {{"table", read.table}, {"snapshot", read.snapshot}, {"files", transform::ToJson(read.files)}});
  }
  for (const MadeObject& object : objects) made.push_back(transform::ToJson(object));
  return {{"definition", definition}, {"inputs", inputs}, {"tables", tables_read}, {"objects", made}};
}

LineageReport LineageReport::FromJson(const json& value) {
  LineageReport report;
  report.definition = value.at("definition");
  report.inputs = value.at("inputs").get<std::map<std::string, int64_t>>();
  for (const json& read : value.at("tables"))
    report.tables.push_back({read.at("table"), read.at("snapshot"), ObjectsFromJson(read.at("files"))});
  for (const json& object : value.at("objects")) report.objects.push_back(MadeFromJson(object));
  return report;
}

}  // namespace tarn::transform

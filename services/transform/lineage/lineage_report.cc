#include "services/transform/lineage/lineage_report.h"

#include <nlohmann/json.hpp>

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
  return {{"table", made.table},     {"model", made.model},
          {"key", made.key},         {"version", made.version},
          {"rows", made.rows},       {"size_bytes", made.size_bytes},
          {"earlier", ToJson(made.earlier)}, {"descent", DescentName(made.descent)}};
}

MadeObject MadeFromJson(const json& value) {
  MadeObject made;
  made.table = value.at("table");
  made.model = value.at("model");
  made.key = value.at("key");
  made.version = value.at("version");
  made.rows = value.at("rows");
  made.size_bytes = value.at("size_bytes");
  made.earlier = ObjectsFromJson(value.at("earlier"));
  if (value.at("descent") == DescentName(Descent::kCompacted)) made.descent = Descent::kCompacted;
  return made;
}

}  // namespace

const char* DescentName(Descent descent) { return descent == Descent::kMerged ? "merged" : "compacted"; }

json LineageReport::ToJson() const {
  json tables_read = json::array(), made = json::array();
  for (const TableRead& read : tables) {
    tables_read.push_back({{"table", read.table},
                           {"snapshot", read.snapshot},
                           {"files", transform::ToJson(read.files)}});
  }
  for (const MadeObject& object : objects) made.push_back(transform::ToJson(object));
  return {{"definition", definition}, {"tables", tables_read}, {"objects", made}};
}

LineageReport LineageReport::FromJson(const json& value) {
  LineageReport report;
  report.definition = value.at("definition");
  for (const json& read : value.at("tables"))
    report.tables.push_back({read.at("table"), read.at("snapshot"), ObjectsFromJson(read.at("files"))});
  for (const json& object : value.at("objects")) report.objects.push_back(MadeFromJson(object));
  return report;
}

}  // namespace tarn::transform

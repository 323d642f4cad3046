#include "services/catalog/evolution/change_json.h"

#include <array>
#include <nlohmann/json.hpp>

namespace tarn::catalog {
namespace {

using Kind = SchemaChange::Kind;
using nlohmann::json;

constexpr std::array kKinds = {Kind::kColumnAdded,   Kind::kColumnDropped,     Kind::kColumnRenamed,
                               Kind::kColumnMoved,   Kind::kTypeWidened,       Kind::kTypeNarrowed,
                               Kind::kTypeChanged,   Kind::kPartitionKeyAdded, Kind::kPartitionKeyDropped,
                               Kind::kCommentChanged};

Error Damaged() { return Error(Code::kInternal, "the catalog's record of a schema's changes is damaged"); }

Kind KindFromName(const std::string& name) {
  for (const Kind kind : kKinds) {
    if (name == KindName(kind)) return kind;
  }
  return Kind::kTypeChanged;
}

json SidesToJson(const std::vector<TypeSide>& sides) {
  json array = json::array();
  for (const TypeSide& side : sides)
    array.push_back({{"type", side.type}, {"file_count", side.files}, {"files", side.keys}});
  return array;
}

std::vector<TypeSide> SidesFromJson(const json& value) {
  std::vector<TypeSide> sides;
  for (const json& side : value)
    sides.push_back(
        {side.at("type"), side.at("file_count"), side.at("files").get<std::vector<std::string>>()});
  return sides;
}

}  // namespace

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kColumnAdded:
      return "column_added";
    case Kind::kColumnDropped:
      return "column_dropped";
    case Kind::kColumnRenamed:
      return "column_renamed";
    case Kind::kColumnMoved:
      return "column_moved";
    case Kind::kTypeWidened:
      return "type_widened";
    case Kind::kTypeNarrowed:
      return "type_narrowed";
    case Kind::kTypeChanged:
      return "type_changed";
    case Kind::kPartitionKeyAdded:
      return "partition_key_added";
    case Kind::kPartitionKeyDropped:
      return "partition_key_dropped";
    case Kind::kCommentChanged:
      return "comment_changed";
  }
  return "type_changed";
}

json ChangesToJson(const std::vector<SchemaChange>& changes) {
  json array = json::array();
  for (const SchemaChange& change : changes) {
    array.push_back({{"kind", KindName(change.kind)},
                     {"column", change.column},
                     {"from", change.from},
                     {"to", change.to},
                     {"sides", SidesToJson(change.sides)},
                     {"words", change.words}});
  }
  return array;
}

json ConflictsToJson(const std::vector<SchemaConflict>& conflicts) {
  json array = json::array();
  for (const SchemaConflict& conflict : conflicts) {
    array.push_back({{"column", conflict.column},
                     {"type", conflict.type},
                     {"sides", SidesToJson(conflict.sides)},
                     {"words", conflict.words}});
  }
  return array;
}

Result<std::vector<SchemaChange>> ChangesFromJson(const json& value) try {
  std::vector<SchemaChange> changes;
  for (const json& change : value) {
    changes.push_back({KindFromName(change.at("kind")), change.at("column"), change.at("from"),
                       change.at("to"), SidesFromJson(change.at("sides")), change.at("words")});
  }
  return changes;
} catch (const json::exception&) {
  return Damaged();
}

Result<std::vector<SchemaConflict>> ConflictsFromJson(const json& value) try {
  std::vector<SchemaConflict> conflicts;
  for (const json& conflict : value) {
    conflicts.push_back({conflict.at("column"), conflict.at("type"), SidesFromJson(conflict.at("sides")),
                         conflict.at("words")});
  }
  return conflicts;
} catch (const json::exception&) {
  return Damaged();
}

}  // namespace tarn::catalog

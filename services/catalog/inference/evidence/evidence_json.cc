#include "services/catalog/inference/evidence/evidence_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace tarn::inference {
namespace {

using nlohmann::json;

double Rounded(double value) { return std::round(value * 1000) / 1000; }

json PlaceToJson(const Place& place) {
  json value = {{"byte_offset", place.byte_offset}};
  if (!place.object.empty()) value["object"] = place.object;
  if (place.line > 0) value["line"] = place.line;
  return value;
}

json DecisionToJson(const Decision& decision) {
  json value = {{"chosen", decision.chosen},
                {"confidence", Rounded(decision.confidence)},
                {"reason", decision.reason},
                {"alternatives", json::array()}};
  for (const Alternative& other : decision.alternatives) {
    value["alternatives"].push_back(
        {{"value", other.value}, {"score", Rounded(other.score)}, {"reason", other.reason}});
  }
  return value;
}

json ColumnToJson(const ColumnEvidence& column) {
  json value = {{"name", column.name},
                {"type", column.type},
                {"values", column.values},
                {"empty", column.empty},
                {"confidence", Rounded(column.confidence)},
                {"types_tried", column.types_tried},
                {"ruled_out", json::array()}};
  if (!column.format.empty()) value["format"] = column.format;
  if (!column.note.empty()) value["note"] = column.note;
  for (const RuledOut& ruled_out : column.ruled_out) {
    value["ruled_out"].push_back(
        {{"type", ruled_out.type}, {"value", ruled_out.value}, {"place", PlaceToJson(ruled_out.place)}});
  }
  return value;
}

json SampleToJson(const SampleReport& sample) {
  json value = {{"complete", sample.complete},
                {"file_bytes", sample.file_bytes},
                {"read_bytes", sample.read_bytes},
                {"compression", sample.compression},
                {"ranges", json::array()}};
  for (const auto& [offset, length] : sample.ranges)
    value["ranges"].push_back({{"offset", offset}, {"length", length}});
  return value;
}

}  // namespace

json EvidenceToJson(const Evidence& evidence) {
  json value = {{"sample", SampleToJson(evidence.sample)},
                {"decisions", json::object()},
                {"columns", json::array()},
                {"notes", evidence.notes}};
  if (!evidence.object.empty()) value["object"] = evidence.object;
  for (const Decision& decision : evidence.decisions)
    value["decisions"][decision.name] = DecisionToJson(decision);
  for (const ColumnEvidence& column : evidence.columns) value["columns"].push_back(ColumnToJson(column));
  return value;
}

}  // namespace tarn::inference

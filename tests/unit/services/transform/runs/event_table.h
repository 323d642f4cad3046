#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/services/transform/published_rows.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {

/// A pipeline that publishes the rows it is given as shop.events: NDJSON documents with the columns id
/// (BIGINT), day, city and value (VARCHAR).
class EventTable {
 public:
  /// Defines the pipeline; `output` are the lines of the output besides its table and model, `input` those of
  /// the input besides its place and format, both in flow style: "mode: append, partition_by: [day]".
  void Define(const std::string& output, const std::string& input = "") {
    rig.WritePipelineFile(
        "events/transform.yaml",
        "name: events\ninput: {bucket: raw, prefix: events/, suffix: .ndjson, format: ndjson" +
            (input.empty() ? "" : ", " + input) + "}\noutputs:\n  - {table: shop.events, model: events, " +
            output + "}\n");
    rig.WritePipelineFile("events/models/events.sql",
                          "SELECT CAST(document->>'id' AS BIGINT) AS id, document->>'day' AS day, "
                          "document->>'city' AS city, document->>'value' AS value FROM {{ input }}");
    rig.Load();
  }

  /// `rows` is an array, or one row: {row} is no array to nlohmann.
  object_store::ObjectInfo Put(const nlohmann::json& rows, const std::string& name = "") {
    std::string text;
    for (const auto& row : rows.is_array() ? rows : nlohmann::json::array({rows})) text += row.dump() + "\n";
    return rig.Put("events/" + (name.empty() ? std::to_string(++objects_) : name) + ".ndjson", text);
  }

  /// Puts an object of these rows and carries out its run.
  Run Publish(const nlohmann::json& rows) {
    Put(rows);
    return rig.PlanAndRun();
  }

  nlohmann::json Rows() { return PublishedRows(rig.store(), "shop.events"); }
  std::vector<std::string> Keys() { return PublishedKeys(rig.store(), "shop/events/"); }

  TransformRig rig;

 private:
  int objects_ = 0;
};

/// A row of the table.
inline nlohmann::json Event(int id, const nlohmann::json& day, const nlohmann::json& value,
                            const nlohmann::json& city = "x") {
  return {{"id", id}, {"day", day}, {"city", city}, {"value", value}};
}

}  // namespace tarn::transform

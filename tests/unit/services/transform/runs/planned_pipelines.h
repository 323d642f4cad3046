#pragma once

#include <string>

#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {

/// Pipelines that differ in when they run. Each has the input of the items pipeline, unless it says
/// otherwise.
inline void AddPipeline(TransformRig& rig, const std::string& name, const std::string& yaml,
                        const std::string& sql) {
  rig.WritePipelineFile(name + "/transform.yaml", yaml);
  rig.WritePipelineFile(name + "/models/rows.sql", sql);
  rig.Load();
}

/// Appends a row for each item to shop.<name>.
inline void AddAppending(TransformRig& rig, const std::string& name, const std::string& more = "") {
  AddPipeline(
      rig, name,
      "name: " + name + "\ninput: {bucket: raw, prefix: items/, suffix: .json, format: json}\n" +
          "outputs: [{table: shop." + name + ", model: rows, mode: append}]\n" + more,
      "SELECT (item->>'$.id') AS id FROM (SELECT unnest(CAST((document->'$.items') AS JSON[])) AS item "
      "FROM {{ input }})");
}

/// Has no inputs: each run appends one row to shop.<name>.
inline void AddWithoutInputs(TransformRig& rig, const std::string& name, const std::string& triggers) {
  AddPipeline(rig, name,
              "name: " + name + "\ntriggers: " + triggers + "\noutputs: [{table: shop." + name +
                  ", model: rows, mode: append}]\n",
              "SELECT 1 AS one");
}

/// A page of the items pipeline with one item.
inline std::string PageWith(const std::string& id) {
  return R"({"items":[{"id":")" + id + R"(","value":"1","rank":1}]})";
}

}  // namespace tarn::transform

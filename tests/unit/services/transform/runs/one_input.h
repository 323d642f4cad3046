#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "common/duckdb/engine.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {

/// A pipeline of one model over one input, appended to shop.out.
class OneInput {
 public:
  /// `input` are the keys of the input besides its place, in flow style: "format: csv, compression: gzip".
  void Use(const std::string& input, const std::string& sql, const std::string& more = "") {
    rig.WritePipelineFile("p/transform.yaml",
                          "name: p\ninput: {bucket: raw, prefix: in/, " + input +
                              "}\noutputs:\n  - {table: shop.out, model: out, mode: append}\n" + more);
    rig.WritePipelineFile("p/models/out.sql", sql);
    rig.Load();
  }

  TransformRig rig;
};

/// Why a run did not publish all that it was given; empty if it did.
inline std::string ReasonOf(const Run& run) { return run.report.error ? run.report.error->message() : ""; }

/// The content of a file that the engine writes of a query: "FORMAT parquet", "FORMAT csv, COMPRESSION zstd".
inline std::string WrittenByEngine(const std::string& query, const std::string& options) {
  const TempDirectory directory;
  duckdb::InstanceOptions limits;
  limits.allowed_directories = {directory.path()};
  const auto instance = std::move(duckdb::Instance::Open(limits)).value();
  const auto connection = std::move(instance->Connect()).value();
  const std::string file = (directory / "file").string();
  const Status written =
      connection->Run("COPY (" + query + ") TO " + duckdb::QuoteLiteral(file) + " (" + options + ")");
  if (!written.ok()) throw std::runtime_error(written.error().message());
  std::ifstream content(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(content), {}};
}

}  // namespace tarn::transform

#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "services/catalog/inference/csv/dialect.h"
#include "services/catalog/inference/evidence/evidence.h"
#include "services/catalog/inference/file_inspector.h"
#include "services/catalog/tables/column_statistics.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// How a CSV file is written, for people: what POST /v1/infer answers as "csv".
struct InferredCsv {
  inference::Dialect dialect;
  int64_t skip_lines = 0;
  int64_t header_lines = 0;
  int64_t footer_lines = 0;
};

struct InferredColumn {
  std::string name;
  std::string type;
  std::string format{};  ///< strptime's, for dates that are not ISO 8601
  std::optional<ColumnStatistics> statistics{};
};

/// What a file turned out to be, and why.
struct InferredFile {
  FileFormat format = FileFormat::kCsv;
  std::string encoding;  ///< empty for Parquet
  std::string compression = "none";
  std::optional<InferredCsv> csv;
  std::string json_layout;   ///< see inference::JsonVerdict
  std::string records_path;  ///< JSON pointer
  std::vector<InferredColumn> columns;
  int64_t rows = 0;
  bool complete = true;  ///< all of it was looked at, so that `rows` is exact
  inference::Evidence evidence;
};

struct FormatVerdict {
  FileFormat format = FileFormat::kCsv;
  inference::Decision decision;
};

/// Tells the format of a file by its name's ending (a.csv, a.tsv.gz, a.ndjson, a.parquet), else by its first
/// bytes. Errors: kUnprocessable for a file of a known other format (PNG, PDF, Avro ...), those of
/// File::Open.
Result<FormatVerdict> DetectFormat(const std::filesystem::path& file, const std::string& name);

/// Infers one file by itself. `name` is what evidence calls it and whose ending tells the format. `inspector`
/// must be able to reach the file. Errors: as FileInspector::Inspect, except for what only a query could not
/// read.
Result<InferredFile> InferFile(FileInspector& inspector, const std::filesystem::path& file,
                               const std::string& name, std::stop_token cancelled);

}  // namespace tarn::catalog

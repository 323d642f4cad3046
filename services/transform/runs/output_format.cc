#include "services/transform/runs/output_format.h"

#include "common/duckdb/engine.h"
#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

const char* PackedSuffix(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return ".gz";
    case Compression::kZstd:
      return ".zst";
    case Compression::kAuto:
    case Compression::kNone:
    case Compression::kSnappy:
      return "";
  }
  return "";
}

// As the engine names it.
std::string CompressionOption(const Output& output) {
  const bool none = output.compression == Compression::kNone || output.compression == Compression::kAuto;
  if (output.format == Format::kParquet) return none ? "uncompressed" : CompressionName(output.compression);
  return none ? "none" : CompressionName(output.compression);
}

}  // namespace

std::string FileSuffix(const Output& output) {
  const std::string suffix = std::string(".") + FormatName(output.format);
  return output.format == Format::kParquet ? suffix : suffix + PackedSuffix(output.compression);
}

std::string ContentType(const Output& output) {
  if (output.format == Format::kParquet) return kParquetType;
  if (output.compression == Compression::kGzip) return "application/gzip";
  if (output.compression == Compression::kZstd) return "application/zstd";
  return output.format == Format::kCsv ? "text/csv; charset=utf-8" : "application/x-ndjson";
}

Format FormatOfFile(std::string_view name) {
  for (const Format format : {Format::kCsv, Format::kNdjson, Format::kJson}) {
    const std::string suffix = std::string(".") + FormatName(format);
    for (const char* packed : {"", ".gz", ".zst"}) {
      if (name.ends_with(suffix + packed)) return format;
    }
  }
  return Format::kParquet;
}

std::string CopyOptions(const Output& output, const std::string& more) {
  const std::string packed = ", COMPRESSION " + CompressionOption(output) + more + ")";
  switch (output.format) {
    case Format::kCsv:
      return "(FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR ''" + packed;
    case Format::kJson:
    case Format::kNdjson:
      return "(FORMAT json" + packed;
    case Format::kParquet:
      return "(FORMAT parquet, ROW_GROUP_SIZE " + std::to_string(output.row_group_size) + packed;
  }
  return "";
}

std::string PrivateCopyOptions(const std::string& more) {
  return "(FORMAT parquet, COMPRESSION zstd" + more + ")";
}

std::string OrderTerms(const std::vector<OrderColumn>& columns) {
  std::vector<std::string> terms;
  for (const OrderColumn& order : columns) {
    terms.push_back(duckdb::QuoteIdentifier(order.column) + (order.descending ? " DESC" : " ASC") +
                    " NULLS LAST");
  }
  return Joined(terms);
}

}  // namespace tarn::transform

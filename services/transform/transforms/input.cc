#include "services/transform/transforms/input.h"

#include <algorithm>

#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {

const char* FormatName(Format format) {
  switch (format) {
    case Format::kJson:
      return "json";
    case Format::kNdjson:
      return "ndjson";
    case Format::kCsv:
      return "csv";
    case Format::kParquet:
      return "parquet";
  }
  return "";
}

const char* CompressionName(Compression compression) {
  switch (compression) {
    case Compression::kAuto:
      return "auto";
    case Compression::kNone:
      return "none";
    case Compression::kGzip:
      return "gzip";
    case Compression::kZstd:
      return "zstd";
    case Compression::kSnappy:
      return "snappy";
  }
  return "";
}

const char* TypeChangeName(TypeChange change) {
  switch (change) {
    case TypeChange::kFail:
      return "fail";
    case TypeChange::kWiden:
      return "widen";
    case TypeChange::kQuarantine:
      return "quarantine";
  }
  return "";
}

bool Input::Matches(std::string_view object_bucket, std::string_view key) const {
  if (object_bucket != bucket || !key.starts_with(prefix) || !key.ends_with(suffix)) return false;
  return std::none_of(exclude_suffixes.begin(), exclude_suffixes.end(),
                      [&](const std::string& excluded) { return key.ends_with(excluded); });
}

std::string Input::Relation() const { return InputRelation(name); }

}  // namespace tarn::transform

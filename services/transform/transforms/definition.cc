#include "services/transform/transforms/definition.h"

#include <algorithm>

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

const char* ModeName(Mode mode) {
  switch (mode) {
    case Mode::kAppend:
      return "append";
    case Mode::kReplace:
      return "replace";
    case Mode::kMerge:
      return "merge";
  }
  return "";
}

bool Input::Matches(std::string_view object_bucket, std::string_view key) const {
  if (object_bucket != bucket || !key.starts_with(prefix) || !key.ends_with(suffix)) return false;
  return std::none_of(exclude_suffixes.begin(), exclude_suffixes.end(),
                      [&](const std::string& excluded) { return key.ends_with(excluded); });
}

bool Definition::appends() const {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const Output& output) { return output.mode == Mode::kAppend; });
}

}  // namespace tarn::transform

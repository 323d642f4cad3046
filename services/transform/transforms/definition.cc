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

const char* SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kFail:
      return "fail";
    case Severity::kQuarantine:
      return "quarantine";
    case Severity::kWarn:
      return "warn";
  }
  return "";
}

Severity ParseSeverity(std::string_view name) {
  for (const Severity severity : {Severity::kQuarantine, Severity::kWarn}) {
    if (name == SeverityName(severity)) return severity;
  }
  return Severity::kFail;
}

std::string Output::QuarantineName() const {
  const bool quarantines = std::any_of(quality.begin(), quality.end(), [](const QualityRules& rules) {
    return rules.severity == Severity::kQuarantine;
  });
  return quarantines ? table + "_quarantine" : "";
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

const Output* Definition::FindOutput(std::string_view name) const {
  const auto found = std::find_if(outputs.begin(), outputs.end(), [&](const Output& output) {
    return name == output.table || name == output.TableName();
  });
  return found == outputs.end() ? nullptr : &*found;
}

const Model* Definition::FindModel(std::string_view name) const {
  const auto found =
      std::find_if(models.begin(), models.end(), [&](const Model& model) { return name == model.name; });
  return found == models.end() ? nullptr : &*found;
}

}  // namespace tarn::transform

#include "services/transform/transforms/output.h"

#include <algorithm>

namespace tarn::transform {

const char* ModeName(Mode mode) {
  switch (mode) {
    case Mode::kAppend:
      return "append";
    case Mode::kReplace:
      return "replace";
    case Mode::kReplacePartitions:
      return "replace_partitions";
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

}  // namespace tarn::transform

#include "services/transform/quality/quality_result.h"

#include <nlohmann/json.hpp>

namespace tarn::transform {
namespace {

using dqdl::Outcome;
using nlohmann::json;

template <class T>
json OrNull(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

template <class T>
std::optional<T> Optional(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<T>();
}

}  // namespace

json QualityResult::ToJson() const {
  return {{"table", table},
          {"rule", rule},
          {"severity", SeverityName(severity)},
          {"outcome", dqdl::OutcomeName(outcome)},
          {"measured", OrNull(measured)},
          {"threshold", threshold.empty() ? json() : json(threshold)},
          {"rows_evaluated", OrNull(rows_evaluated)},
          {"failed_rows", OrNull(failed_rows)},
          {"message", message},
          {"checked_at", FormatRfc3339(checked_at)}};
}

QualityResult QualityResult::FromJson(const json& value) {
  QualityResult result;
  result.table = value.at("table");
  result.rule = value.at("rule");
  result.severity = ParseSeverity(value.at("severity").get<std::string>());
  result.outcome = ParseOutcome(value.at("outcome").get<std::string>()).value_or(Outcome::kError);
  result.measured = Optional<double>(value.at("measured"));
  result.threshold = Optional<std::string>(value.at("threshold")).value_or("");
  result.rows_evaluated = Optional<int64_t>(value.at("rows_evaluated"));
  result.failed_rows = Optional<int64_t>(value.at("failed_rows"));
  result.message = value.at("message");
  const auto checked_at = ParseRfc3339(value.at("checked_at").get<std::string>());
  if (checked_at.ok()) result.checked_at = *checked_at;
  return result;
}

std::optional<Outcome> ParseOutcome(std::string_view name) {
  for (const Outcome outcome : {Outcome::kPassed, Outcome::kFailed, Outcome::kError}) {
    if (name == dqdl::OutcomeName(outcome)) return outcome;
  }
  return std::nullopt;
}

void QualityScore::Add(Outcome outcome) {
  passed += outcome == Outcome::kPassed;
  failed += outcome == Outcome::kFailed;
  errors += outcome == Outcome::kError;
}

double QualityScore::score() const {
  return rules() == 0 ? 1.0 : static_cast<double>(passed) / static_cast<double>(rules());
}

QualityScore ScoreOf(const std::vector<QualityResult>& results) {
  QualityScore score;
  for (const QualityResult& result : results) score.Add(result.outcome);
  return score;
}

}  // namespace tarn::transform

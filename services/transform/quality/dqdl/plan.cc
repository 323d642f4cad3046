#include "services/transform/quality/dqdl/plan.h"

#include <array>
#include <charconv>
#include <cmath>

#include "services/transform/quality/dqdl/condition.h"

namespace tarn::dqdl {
namespace {

std::string Format(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string Expected(const std::optional<Condition>& condition) {
  return condition ? ", expected " + condition->text : std::string();
}

Verdict Failure(const Error& error) {
  Verdict verdict;
  verdict.outcome = Outcome::kError;
  verdict.message = error.message();
  return verdict;
}

// A verdict on one number.
Verdict OnNumber(std::optional<double> measured, const std::optional<Condition>& condition) {
  Verdict verdict;
  const bool passed = measured && (condition ? Holds(*condition, *measured) : *measured != 0);
  verdict.outcome = passed ? Outcome::kPassed : Outcome::kFailed;
  if (measured && std::isfinite(*measured)) verdict.measured = measured;
  if (!passed)
    verdict.message =
        (measured ? "measured " + Format(*measured) : "nothing to measure") + Expected(condition);
  return verdict;
}

Result<Verdict> OnRows(const Measure& measure, const Values& values) {
  TARN_ASSIGN(const auto rows, values(measure.rows));
  TARN_ASSIGN(const auto broken, values(measure.broken));
  const double all = rows.value_or(0), bad = broken.value_or(0);
  // Of no rows, all keep the rule.
  Verdict verdict = OnNumber(all > 0 ? (all - bad) / all : 1.0, measure.condition);
  if (!measure.condition) verdict.outcome = bad > 0 ? Outcome::kFailed : Outcome::kPassed;
  verdict.rows = static_cast<int64_t>(all);
  verdict.broken = static_cast<int64_t>(bad);
  if (verdict.outcome == Outcome::kFailed) {
    verdict.message =
        std::to_string(*verdict.broken) + " of " + std::to_string(*verdict.rows) + " rows break it";
    if (measure.condition)
      verdict.message += "; measured " + Format(*verdict.measured) + Expected(measure.condition);
  } else {
    verdict.message.clear();
  }
  return verdict;
}

Result<Verdict> OnValue(const Measure& measure, const Values& values) {
  TARN_ASSIGN(const auto value, values(measure.value));
  Verdict verdict = OnNumber(value, measure.condition);
  TARN_ASSIGN(const auto rows, values(measure.rows));
  verdict.rows = static_cast<int64_t>(rows.value_or(0));
  return verdict;
}

// The outcome that decides by itself: one failed part of "and", one passed part of "or".
Verdict OnParts(const Measure& measure, const Values& values, Outcome decisive) {
  const Outcome otherwise = decisive == Outcome::kFailed ? Outcome::kPassed : Outcome::kFailed;
  Verdict verdict;
  verdict.outcome = otherwise;
  std::string messages;
  bool decided = false;
  for (const Measure& part : measure.parts) {
    const Verdict one = Judge(part, values);
    if (!one.message.empty()) messages += (messages.empty() ? "" : "; ") + one.message;
    decided |= one.outcome == decisive;
    if (one.outcome == Outcome::kError) verdict.outcome = Outcome::kError;
  }
  if (decided) verdict.outcome = decisive;
  if (verdict.outcome != Outcome::kPassed) verdict.message = messages;
  return verdict;
}

}  // namespace

std::string Query::Sql() const {
  std::string sql = "SELECT ";
  for (size_t i = 0; i < values.size(); ++i)
    sql += (i == 0 ? "" : ", ") + values[i] + " AS v" + std::to_string(i);
  return sql + from;
}

std::string Query::Sql(size_t value) const { return "SELECT " + values[value] + " AS v0" + from; }

const char* OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "passed";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kError:
      return "error";
  }
  return "";
}

Verdict Judge(const Measure& measure, const Values& values) {
  switch (measure.kind) {
    case Measure::Kind::kNumber: {
      const auto verdict = OnValue(measure, values);
      return verdict.ok() ? *verdict : Failure(verdict.error());
    }
    case Measure::Kind::kRows: {
      const auto verdict = OnRows(measure, values);
      return verdict.ok() ? *verdict : Failure(verdict.error());
    }
    case Measure::Kind::kKnown: {
      Verdict verdict = OnNumber(measure.known, measure.condition);
      if (verdict.outcome == Outcome::kFailed && !measure.error.empty()) verdict.message = measure.error;
      return verdict;
    }
    case Measure::Kind::kAll:
      return OnParts(measure, values, Outcome::kFailed);
    case Measure::Kind::kAny:
      return OnParts(measure, values, Outcome::kPassed);
    case Measure::Kind::kError:
      return Failure(Error(Code::kUnprocessable, measure.error));
  }
  return {};
}

}  // namespace tarn::dqdl

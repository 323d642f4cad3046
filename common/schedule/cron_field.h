#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::schedule {

/// One field of a cron expression.
struct CronField {
  std::string_view name;  ///< for messages: "day-of-week"
  int min = 0;
  int max = 0;
  std::span<const std::string_view> value_names{};  ///< "JAN" and so on, compared without case
  int first_value = 0;                              ///< of the first name
  int cycle = 0;  ///< how many values there are until they begin again, if a range may go round: SAT-MON
};

/// Returns the error that a field has, with its name in front.
Error FieldError(const CronField& field, const std::string& why, std::string_view value);

/// Splits at commas. Errors: kInvalidArgument for an empty part.
Result<std::vector<std::string_view>> SplitList(const CronField& field, std::string_view text);

/// Parses a number within the field's bounds, or a name. Errors: kInvalidArgument.
Result<int> ParseCronValue(const CronField& field, std::string_view text);

/// Parses one part of a list: `*`, `5`, `1-5`, and each of them with a step: `*/15`, `5/15` (from 5 on),
/// `1-30/5`. Errors: kInvalidArgument.
Result<std::vector<int>> ParseCronPart(const CronField& field, std::string_view text);

/// Parses a whole list of such parts. Errors: kInvalidArgument.
Result<std::vector<int>> ParseCronList(const CronField& field, std::string_view text);

}  // namespace tarn::schedule

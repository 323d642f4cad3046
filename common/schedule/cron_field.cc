#include "common/schedule/cron_field.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace tarn::schedule {
namespace {

std::optional<int> Number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size() && text.front() != '-';
  return whole ? std::optional(number) : std::nullopt;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

std::string Bounds(const CronField& field) {
  std::string text = std::to_string(field.min) + " to " + std::to_string(field.max);
  if (!field.value_names.empty()) {
    text += " or " + std::string(field.value_names.front()) + " to " + std::string(field.value_names.back());
  }
  return text;
}

Result<int> ParseStep(const CronField& field, std::string_view text) {
  const auto step = Number(text);
  const int greatest = field.max - field.min;
  if (step && *step >= 1 && *step <= greatest) return *step;
  return FieldError(field, "a step must be a number from 1 to " + std::to_string(greatest), text);
}

struct Range {
  int first;
  int last;
};

Result<Range> ParseRange(const CronField& field, std::string_view text, bool open_end) {
  if (text == "*") return Range{field.min, field.max};
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    TARN_ASSIGN(const int value, ParseCronValue(field, text));
    return Range{value, open_end ? field.max : value};
  }
  TARN_ASSIGN(const int first, ParseCronValue(field, text.substr(0, dash)));
  TARN_ASSIGN(const int last, ParseCronValue(field, text.substr(dash + 1)));
  if (first > last && field.cycle == 0) return FieldError(field, "the range runs backwards", text);
  return Range{first, last};
}

}  // namespace

Error FieldError(const CronField& field, const std::string& why, std::string_view value) {
  return Error(Code::kInvalidArgument, "the field " + std::string(field.name) + ": " + why +
                                           ", got: " + std::string(value.substr(0, 64)));
}

Result<std::vector<std::string_view>> SplitList(const CronField& field, std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    if (parts.back().empty()) return FieldError(field, "a part of the list is empty", text);
    begin = end + 1;
  }
  return parts;
}

Result<int> ParseCronValue(const CronField& field, std::string_view text) {
  for (size_t i = 0; i < field.value_names.size(); ++i) {
    if (EqualsIgnoringCase(text, field.value_names[i])) return field.first_value + static_cast<int>(i);
  }
  const auto number = text.empty() ? std::nullopt : Number(text);
  if (number && *number >= field.min && *number <= field.max) return *number;
  return FieldError(field, "expected " + Bounds(field), text);
}

Result<std::vector<int>> ParseCronPart(const CronField& field, std::string_view text) {
  const size_t slash = text.find('/');
  const bool stepped = slash != std::string_view::npos;
  TARN_ASSIGN(const Range range, ParseRange(field, text.substr(0, slash), stepped));
  int step = 1;
  if (stepped) {
    TARN_ASSIGN(step, ParseStep(field, text.substr(slash + 1)));
  }
  const int last = range.first <= range.last ? range.last : range.last + field.cycle;
  std::vector<int> values;
  for (int value = range.first; value <= last; value += step) {
    values.push_back(value > field.max ? value - field.cycle : value);
  }
  return values;
}

Result<std::vector<int>> ParseCronList(const CronField& field, std::string_view text) {
  TARN_ASSIGN(const auto parts, SplitList(field, text));
  std::vector<int> values;
  for (const std::string_view part : parts) {
    TARN_ASSIGN(const auto more, ParseCronPart(field, part));
    values.insert(values.end(), more.begin(), more.end());
  }
  return values;
}

}  // namespace tarn::schedule

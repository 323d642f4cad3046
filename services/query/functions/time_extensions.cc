#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

#include "services/query/functions/calendar.h"
#include "services/query/functions/extension_functions.h"
#include "services/query/functions/time_patterns.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kText = FunctionType::kText;
constexpr auto kInteger = FunctionType::kInteger;
constexpr int64_t kNoOffset = 10'000;

void Return(ScalarCall& call, const Result<std::string>& text) {
  if (text.ok())
    call.ReturnText(*text);
  else
    call.Fail(text.error().message());
}

void Return(ScalarCall& call, const Result<int64_t>& micros) {
  if (micros.ok())
    call.ReturnInteger(*micros);
  else
    call.Fail(micros.error().message());
}

void DateFormat(ScalarCall& call) { Return(call, FormatMysql(call.Integer(0), call.Text(1))); }
void DateParse(ScalarCall& call) { Return(call, ParseMysql(call.Text(0), call.Text(1))); }
void FormatDatetime(ScalarCall& call) {
  Return(call, FormatJoda(call.Integer(0), call.Text(1), call.Integer(2), call.Text(3)));
}
void ParseDatetime(ScalarCall& call) { Return(call, ParseJoda(call.Text(0), call.Text(1))); }

std::string TwoDigits(int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// 2020-05-01T12:34:56.123+02:00; the third argument is the offset in minutes, kNoOffset for a time without
// zone.
void Iso8601(ScalarCall& call) {
  const int64_t precision = call.Integer(1), offset = call.Integer(2);
  auto text = FormatMysql(call.Integer(0), precision == 0 ? "%Y-%m-%dT%H:%i:%s" : "%Y-%m-%dT%H:%i:%s.%f");
  if (!text.ok()) return call.Fail(text.error().message());
  if (precision > 0) text->resize(text->size() - static_cast<size_t>(6 - precision));
  if (offset == 0)
    *text += 'Z';
  else if (offset != kNoOffset)
    *text +=
        (offset < 0 ? "-" : "+") + TwoDigits(std::abs(offset) / 60) + ':' + TwoDigits(std::abs(offset) % 60);
  call.ReturnText(*text);
}

// "1.5s" to microseconds, as Airlift's Duration reads it.
void ParseDuration(ScalarCall& call) {
  static const std::map<std::string, double> kUnits = {{"ns", 0.001}, {"us", 1},    {"ms", 1e3},   {"s", 1e6},
                                                       {"m", 6e7},    {"h", 3.6e9}, {"d", 8.64e10}};
  const std::string text(call.Text(0));
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const bool digits =
      !text.empty() && text[0] >= '0' && text[0] <= '9' && text.find_first_of("eExX") == text.npos;
  while (digits && *end == ' ') ++end;
  const auto unit = kUnits.find(digits ? end : "");
  if (unit == kUnits.end() || !(number * unit->second < 9e18))
    return call.Fail("duration is not a valid data duration string: " + text);
  // Trino's intervals have milliseconds.
  call.ReturnInteger(static_cast<int64_t>(std::round(number * unit->second / 1000)) * 1000);
}

const ScalarFunction kFunctions[] = {
    {"tarn_date_format", {kInteger, kText}, kText, DateFormat},
    {"tarn_date_parse", {kText, kText}, FunctionType::kTimestamp, DateParse},
    {"tarn_format_datetime", {kInteger, kText, kInteger, kText}, kText, FormatDatetime, false, false},
    {"tarn_parse_datetime", {kText, kText}, FunctionType::kTimestamp, ParseDatetime},
    {"tarn_iso8601", {kInteger, kInteger, kInteger}, kText, Iso8601},
    {"tarn_parse_duration", {kText}, kInteger, ParseDuration},
};

}  // namespace

std::span<const ScalarFunction> TimeExtensions() { return kFunctions; }

}  // namespace tarn::query

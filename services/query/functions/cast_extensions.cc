#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "services/query/functions/calendar.h"
#include "services/query/functions/extension_functions.h"
#include "services/query/functions/java_number.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kText = FunctionType::kText;

std::string Quote(std::string_view text) { return '\'' + std::string(text.substr(0, 80)) + '\''; }

void ParseInteger(ScalarCall& call) {
  std::string_view text = call.Text(0);
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || call.Text(0).starts_with("+-")) {
    return call.Fail("Cannot cast " + Quote(call.Text(0)) + " to an integer");
  }
  call.ReturnInteger(number);
}

void ParseDouble(ScalarCall& call) {
  std::string_view text = call.Text(0);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  const std::string_view all = text;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  if (text == "NaN") return call.ReturnDouble(std::nan(""));
  if (text == "Infinity") return call.ReturnDouble(negative ? -HUGE_VAL : HUGE_VAL);
  const bool digit = !text.empty() && (std::isdigit(static_cast<unsigned char>(text[0])) || text[0] == '.');
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!digit || failure == std::errc::invalid_argument || end != text.data() + text.size()) {
    return call.Fail("Cannot cast " + Quote(all) + " to DOUBLE");
  }
  if (failure == std::errc::result_out_of_range) number = std::strtod(std::string(text).c_str(), nullptr);
  call.ReturnDouble(negative ? -number : number);
}

void ParseBoolean(ScalarCall& call) {
  std::string text(call.Text(0));
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text == "t" || text == "true" || text == "1") return call.ReturnInteger(1);
  if (text == "f" || text == "false" || text == "0") return call.ReturnInteger(0);
  call.Fail("Cannot cast " + Quote(call.Text(0)) + " to BOOLEAN");
}

void CheckDecimal(ScalarCall& call) {
  std::string_view text = call.Text(0);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  bool digits = false;
  int points = 0;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)))
      digits = true;
    else if (c != '.' || ++points > 1)
      return call.Fail("Cannot cast " + Quote(call.Text(0)) + " to DECIMAL");
  }
  if (!digits) return call.Fail("Cannot cast " + Quote(call.Text(0)) + " to DECIMAL");
  call.ReturnText(call.Text(0));
}

void CheckHex(ScalarCall& call) {
  const std::string_view text = call.Text(0);
  const bool hex = std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c); });
  if (!hex || text.size() % 2 != 0)
    return call.Fail("not an even number of hexadecimal digits: " + Quote(text));
  call.ReturnText(text);
}

// Reads up to `most` digits; -1 if there is none.
int64_t Number(std::string_view& text, size_t most) {
  size_t count = 0;
  int64_t number = 0;
  while (count < std::min(most, text.size()) && std::isdigit(static_cast<unsigned char>(text[count])))
    number = number * 10 + (text[count++] - '0');
  text.remove_prefix(count);
  return count == 0 ? -1 : number;
}

bool Eat(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// 2026-01-02
bool ReadDate(std::string_view& text, int64_t& days) {
  const int64_t year = Number(text, 4);
  const bool first = Eat(text, '-');
  const int64_t month = Number(text, 2);
  const bool second = Eat(text, '-');
  const int64_t day = Number(text, 2);
  if (year < 0 || !first || !second || !ValidDate(year, month, day)) return false;
  days = DaysFromCivil(year, month, day);
  return true;
}

void ParseDate(ScalarCall& call) {
  std::string_view text = call.Text(0);
  while (text.ends_with(' ')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  int64_t days = 0;
  if (!ReadDate(text, days) || !text.empty())
    return call.Fail("Cannot cast " + Quote(call.Text(0)) + " to DATE");
  call.ReturnInteger(days);
}

// 03:04[:05[.678901]]
bool ReadClock(std::string_view& text, int64_t& micros) {
  const int64_t hour = Number(text, 2);
  if (hour < 0 || hour > 23 || !Eat(text, ':')) return false;
  const int64_t minute = Number(text, 2);
  if (minute < 0 || minute > 59) return false;
  micros = (hour * 60 + minute) * 60'000'000;
  if (!Eat(text, ':')) return true;
  const int64_t second = Number(text, 2);
  if (second < 0 || second > 59) return false;
  micros += second * 1'000'000;
  if (!Eat(text, '.')) return true;
  int64_t unit = 100'000;
  if (text.empty()) return false;
  for (; !text.empty() && std::isdigit(static_cast<unsigned char>(text[0]));
       text.remove_prefix(1), unit /= 10)
    micros += (text[0] - '0') * unit;
  return true;
}

void ParseTimestamp(ScalarCall& call) {
  std::string_view text = call.Text(0);
  while (text.ends_with(' ')) text.remove_suffix(1);
  int64_t days = 0, micros = 0;
  bool good = ReadDate(text, days);
  if (good && !text.empty()) good = Eat(text, ' ') && ReadClock(text, micros) && text.empty();
  if (!good) return call.Fail("Cannot cast " + Quote(call.Text(0)) + " to TIMESTAMP");
  call.ReturnInteger(days * kMicrosPerDay + micros);
}

// 2026[-01[-02[T03[:04[:05[.678]]]]]]
void IsoLocal(ScalarCall& call) {
  std::string_view text = call.Text(0);
  const auto fail = [&] { call.Fail("not a time of ISO 8601: " + Quote(call.Text(0))); };
  int64_t days = 0, micros = 0;
  if (text.size() < 10) {
    if (text.size() != 4 && text.size() != 7) return fail();
    const int64_t year = Number(text, 4), month = text.empty() ? 1 : (Eat(text, '-') ? Number(text, 2) : -1);
    if (year < 0 || !text.empty() || !ValidDate(year, month, 1)) return fail();
    return call.ReturnInteger(DaysFromCivil(year, month, 1) * kMicrosPerDay);
  }
  if (!ReadDate(text, days)) return fail();
  if (!text.empty() && !Eat(text, 'T')) return fail();
  if (!text.empty() && !ReadClock(text, micros)) return fail();
  if (!text.empty()) return fail();
  call.ReturnInteger(days * kMicrosPerDay + micros);
}

void DoubleText(ScalarCall& call) { call.ReturnText(ScientificDouble(call.Double(0))); }
void RealText(ScalarCall& call) { call.ReturnText(ScientificFloat(static_cast<float>(call.Double(0)))); }

// All digits that a double has, for formatting.
void ExactText(ScalarCall& call) {
  const double number = call.Double(0);
  std::array<char, 1200> buffer;
  if (!std::isfinite(number)) return call.ReturnText(JavaDouble(number));
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::hex).ptr;
  call.ReturnText({buffer.data(), static_cast<size_t>(end - buffer.data())});
}

const ScalarFunction kFunctions[] = {
    {"tarn_parse_integer", {kText}, FunctionType::kInteger, ParseInteger},
    {"tarn_parse_double", {kText}, FunctionType::kDouble, ParseDouble},
    {"tarn_parse_boolean", {kText}, FunctionType::kBoolean, ParseBoolean},
    {"tarn_check_decimal", {kText}, kText, CheckDecimal},
    {"tarn_check_hex", {kText}, kText, CheckHex},
    {"tarn_parse_date", {kText}, FunctionType::kDate, ParseDate},
    {"tarn_parse_timestamp", {kText}, FunctionType::kTimestamp, ParseTimestamp},
    {"tarn_iso_local", {kText}, FunctionType::kTimestamp, IsoLocal},
    {"tarn_double_text", {FunctionType::kDouble}, kText, DoubleText},
    {"tarn_real_text", {FunctionType::kDouble}, kText, RealText},
    {"tarn_exact_text", {FunctionType::kDouble}, kText, ExactText},
};

}  // namespace

std::span<const ScalarFunction> CastExtensions() { return kFunctions; }

}  // namespace tarn::query

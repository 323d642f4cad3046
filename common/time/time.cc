#include "common/time/time.h"

#include <date/date.h>

#include <sstream>

namespace tarn {
namespace {

using date::sys_time;
using std::chrono::milliseconds;

// Parses with `format`; the whole text must be used.
bool ParseAs(std::string_view text, const char* format, sys_time<milliseconds>& into) {
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  in >> date::parse(format, into);
  return !in.fail() && in.peek() == std::istringstream::traits_type::eof();
}

// Cuts fractional digits beyond three, which date::parse would refuse.
std::string WithMillis(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::string(text);
  size_t end = dot + 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  std::string out(text.substr(0, std::min(end, dot + 4)));
  return out += text.substr(end);
}

bool HasFullShape(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() < kShape.size() + 1) return false;
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == '0'
            ? !digit
            : (kShape[i] == 'T' ? text[i] != 'T' && text[i] != 't' && text[i] != ' ' : text[i] != kShape[i]))
      return false;
  }
  return true;
}

}  // namespace

Timestamp Now() { return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()); }

std::string FormatRfc3339(Timestamp time) { return date::format("%FT%TZ", time); }

Result<Timestamp> ParseRfc3339(std::string_view text) {
  sys_time<milliseconds> parsed;
  if (HasFullShape(text)) {
    std::string normal = WithMillis(text);
    normal[10] = 'T';
    const bool utc = normal.back() == 'Z' || normal.back() == 'z';
    if (utc) normal.back() = 'Z';
    if (ParseAs(normal, utc ? "%FT%TZ" : "%FT%T%Ez", parsed)) return Timestamp(parsed.time_since_epoch());
  }
  return Error(Code::kInvalidArgument,
               "not an RFC 3339 time such as 2026-02-03T04:05:06Z: " + std::string(text.substr(0, 64)));
}

std::string FormatCompact(Timestamp time) {
  return date::format("%Y%m%dT%H%M%SZ", std::chrono::time_point_cast<std::chrono::seconds>(time));
}

Result<Timestamp> ParseHttpDate(std::string_view text) {
  sys_time<milliseconds> parsed;
  if (ParseAs(text, "%a, %d %b %Y %T GMT", parsed)) return Timestamp(parsed.time_since_epoch());
  return Error(Code::kInvalidArgument,
               "not an HTTP date such as Sun, 06 Nov 1994 08:49:37 GMT: " + std::string(text.substr(0, 64)));
}

std::string FormatHttpDate(Timestamp time) {
  return date::format("%a, %d %b %Y %T GMT", std::chrono::time_point_cast<std::chrono::seconds>(time));
}

}  // namespace tarn

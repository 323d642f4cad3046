#include <cctype>
#include <cstdlib>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

// "+07:09" to 429, "+13" to 780; false for a region's name.
bool OffsetMinutes(const std::string& zone, int* minutes) {
  if (zone.size() < 2 || (zone[0] != '+' && zone[0] != '-')) return false;
  size_t colon = zone.find(':');
  if (colon == std::string::npos) colon = zone.size() == 5 ? 3 : zone.size();
  const std::string hours = zone.substr(1, colon - 1);
  const std::string rest = colon >= zone.size() ? "0" : zone.substr(colon + (zone[colon] == ':'));
  for (const std::string& part : {hours, rest}) {
    if (part.empty() || part.size() > 2) return false;
    for (const char c : part) {
      if (!std::isdigit(static_cast<unsigned char>(c))) return false;
    }
  }
  *minutes = (std::atoi(hours.c_str()) * 60 + std::atoi(rest.c_str())) * (zone[0] == '-' ? -1 : 1);
  return std::abs(*minutes) <= 14 * 60 && std::atoi(rest.c_str()) < 60;
}

std::string TwoDigits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

// Offsets in their only spelling, so that equal zones are equal texts.
Result<std::string> Translator::CheckZone(const std::string& zone, const Expression& at) {
  int minutes = 0;
  if (OffsetMinutes(zone, &minutes)) {
    if (minutes == 0) return std::string("UTC");
    const int size = std::abs(minutes);
    return (minutes < 0 ? "-" : "+") + TwoDigits(size / 60) + ':' + TwoDigits(size % 60);
  }
  if (zone == "UTC" || zone == "Z" || zone == "GMT" || zone == "Etc/UTC" || zone == "UT" || zone == "Zulu")
    return std::string("UTC");
  // Regions only: abbreviations mean different zones to different engines.
  bool region = zone.find('/') != std::string::npos && zone.size() < 64 && !zone.starts_with("Etc/") &&
                !zone.starts_with("SystemV/");
  for (const char c : zone)
    region &= std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '_' || c == '-' || c == '+';
  if (!region)
    return Fault("a time zone is UTC, an offset like +07:00 or a region like Europe/Berlin; got " + zone, at);
  return zone;
}

std::string Translator::LocalSql(const std::string& instant, const std::string& zone) {
  int minutes = 0;
  if (!OffsetMinutes(zone, &minutes)) return "timezone(" + duckdb::QuoteLiteral(zone) + ", " + instant + ')';
  return "(timezone('UTC', " + instant + ") + to_minutes(" + std::to_string(minutes) + "))";
}

std::string Translator::InstantSql(const std::string& local, const std::string& zone) {
  int minutes = 0;
  if (!OffsetMinutes(zone, &minutes)) return "timezone(" + duckdb::QuoteLiteral(zone) + ", " + local + ')';
  return "timezone('UTC', " + local + " - to_minutes(" + std::to_string(minutes) + "))";
}

Result<std::string> Translator::LocalSql(const Value& instant, const Expression& at) {
  if (instant.type.zone.empty()) {
    return Fault("the values have different time zones here; choose one with AT TIME ZONE '...'", at);
  }
  return LocalSql(instant.sql, instant.type.zone);
}

}  // namespace tarn::query

#include "services/catalog/crawlers/key_mapping.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

constexpr std::array<std::pair<std::string_view, FileFormat>, 10> kSuffixes = {
    {{".parquet", FileFormat::kParquet},
     {".csv", FileFormat::kCsv},
     {".csv.gz", FileFormat::kCsv},
     {".csv.zst", FileFormat::kCsv},
     {".json", FileFormat::kJson},
     {".json.gz", FileFormat::kJson},
     {".json.zst", FileFormat::kJson},
     {".ndjson", FileFormat::kJson},
     {".ndjson.gz", FileFormat::kJson},
     {".ndjson.zst", FileFormat::kJson}}};

std::optional<FileFormat> FormatOf(std::string_view file) {
  const std::string name = FoldCase(file);
  for (const auto& [suffix, format] : kSuffixes) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) return format;
  }
  return std::nullopt;
}

// Nothing if one of the segments is empty or hidden.
std::optional<std::vector<std::string_view>> Segments(std::string_view key) {
  std::vector<std::string_view> segments;
  while (true) {
    const size_t slash = key.find('/');
    const std::string_view segment = key.substr(0, slash);
    if (segment.empty() || segment[0] == '_' || segment[0] == '.') return std::nullopt;
    segments.push_back(segment);
    if (slash == std::string_view::npos) return segments;
    key.remove_prefix(slash + 1);
  }
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Writers escape what a path cannot hold (Hive, Spark and DuckDB do it alike). What is no escape stays as it
// is.
std::string Unescape(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0;
    if (escape && (text[i + 1] != '0' || text[i + 2] != '0')) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// Adds `key=value` unless the segment is something else or repeats a key of an outer folder.
void AddPartition(std::string_view segment, std::vector<PartitionValue>& partition) {
  const size_t equals = segment.find('=');
  if (equals == std::string_view::npos || equals == 0) return;
  std::string key = TableNamePart(segment.substr(0, equals));
  const auto same = [&](const PartitionValue& value) { return value.key == key; };
  if (std::any_of(partition.begin(), partition.end(), same)) return;
  std::string value = Unescape(segment.substr(equals + 1));
  // An empty value would name no folder in Hive; writers that leave it empty mean NULL.
  partition.push_back({std::move(key), value.empty() ? kNullPartition : std::move(value)});
}

bool IsInteger(std::string_view value) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return false;
  return std::to_string(number) == value;  // refuses leading zeros and -0
}

bool IsDate(std::string_view value) {
  if (value.size() != 10 || value[4] != '-' || value[7] != '-') return false;
  const auto number = [&](size_t from, size_t length) {
    int parsed = -1;
    const char* last = value.data() + from + length;
    const auto [end, error] = std::from_chars(value.data() + from, last, parsed);
    return error == std::errc() && end == last ? parsed : -1;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return false;
  return std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

}  // namespace

std::optional<MappedKey> MapKey(std::string_view key) {
  const auto segments = Segments(key);
  if (!segments || segments->size() < 3) return std::nullopt;
  const auto format = FormatOf(segments->back());
  if (!format) return std::nullopt;
  MappedKey mapped{{TableNamePart((*segments)[0]), TableNamePart((*segments)[1])}, *format, {}};
  for (size_t i = 2; i + 1 < segments->size(); ++i) AddPartition((*segments)[i], mapped.partition);
  return mapped;
}

std::string TableNamePart(std::string_view segment) {
  std::string name;
  for (const char c : FoldCase(segment)) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // one '_' per UTF-8 character
    if (continuation) continue;
    name += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  }
  return name;
}

std::string PartitionValueType(std::string_view value) {
  if (value == kNullPartition) return kUnknownType;
  if (IsInteger(value)) return "BIGINT";
  return IsDate(value) ? "DATE" : "VARCHAR";
}

}  // namespace tarn::catalog

#include "services/catalog/crawlers/partition_values.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "services/catalog/crawlers/key_names.h"

namespace tarn::catalog {
namespace {

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

// Adds the value unless an outer folder has the key.
void AddValue(std::string key, std::string value, std::vector<PartitionValue>& partition) {
  const auto same = [&](const PartitionValue& other) { return other.key == key; };
  if (std::any_of(partition.begin(), partition.end(), same)) return;
  // An empty value would name no folder in Hive; writers that leave it empty mean NULL.
  partition.push_back({std::move(key), value.empty() ? kNullPartition : std::move(value)});
}

std::string PositionalName(const PartitionRules& rules, size_t position) {
  return position < rules.names.size() ? rules.names[position] : "partition_" + std::to_string(position);
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

// As a declared BIGINT: leading zeros are allowed.
bool IsPaddedInteger(std::string_view value) {
  const bool negative = value.starts_with('-');
  if (negative) value.remove_prefix(1);
  if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) return false;
  while (value.size() > 1 && value.front() == '0') value.remove_prefix(1);
  return IsInteger((negative && value != "0" ? "-" : "") + std::string(value));
}

bool HasType(std::string_view value, const std::string& type) {
  if (value == kNullPartition || type == "VARCHAR") return true;
  return type == "BIGINT" ? IsPaddedInteger(value) : IsDate(value);
}

}  // namespace

bool IsHiveFolder(std::string_view folder) {
  const size_t equals = folder.find('=');
  return equals != std::string_view::npos && equals > 0;
}

std::vector<PartitionValue> PartitionOf(const PartitionRules& rules,
                                        const std::vector<std::string_view>& folders) {
  std::vector<PartitionValue> partition;
  if (rules.style == PartitionRules::Style::kNone) return partition;
  for (size_t i = 0; i < folders.size(); ++i) {
    const std::string_view folder = folders[i];
    const size_t equals = folder.find('=');
    if (IsHiveFolder(folder)) {
      AddValue(TableNamePart(folder.substr(0, equals)), Unescape(folder.substr(equals + 1)), partition);
    } else if (rules.style == PartitionRules::Style::kPositional) {
      AddValue(PositionalName(rules, i), Unescape(folder), partition);
    }
  }
  return partition;
}

Result<std::vector<Column>> PartitionColumns(const PartitionRules& rules,
                                             const std::vector<PartitionValue>& values) {
  std::vector<Column> columns;
  for (const PartitionValue& value : values) {
    const auto declared = rules.types.find(value.key);
    if (declared != rules.types.end() && !HasType(value.value, declared->second)) {
      return Error(Code::kUnprocessable, "the folder's value of the partition key " + value.key + " is no " +
                                             declared->second + ": " + value.value);
    }
    Column column;
    column.name = value.key;
    column.type = declared != rules.types.end() ? declared->second : PartitionValueType(value.value);
    column.partition_key = true;
    columns.push_back(std::move(column));
  }
  return columns;
}

std::string PartitionValueType(std::string_view value) {
  if (value == kNullPartition) return kUnknownType;
  if (IsInteger(value)) return "BIGINT";
  return IsDate(value) ? "DATE" : "VARCHAR";
}

}  // namespace tarn::catalog

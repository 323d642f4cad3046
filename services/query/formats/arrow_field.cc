#include "services/query/formats/arrow_field.h"

#include <cstring>

namespace tarn::query {
namespace {

constexpr int kMaxDepth = 128;

// The C data interface's form: a count, then each key and value with its length before it, all int32.
std::vector<std::pair<std::string, std::string>> ReadMetadata(const char* at) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!at) return pairs;
  const auto integer = [&] {
    int32_t value = 0;
    std::memcpy(&value, at, sizeof(value));
    at += sizeof(value);
    return value;
  };
  const auto text = [&] {
    const auto size = static_cast<size_t>(integer());
    std::string value(at, size);
    at += size;
    return value;
  };
  for (int32_t left = integer(); left > 0; --left) {
    std::string key = text();
    pairs.emplace_back(std::move(key), text());
  }
  return pairs;
}

std::string Plain(const char* format) { return format ? format : ""; }

Result<ArrowField> Read(const ArrowSchema& schema, int64_t& dictionaries, int depth) {
  if (depth > kMaxDepth) return Error(Code::kUnprocessable, "a column's type is nested too deeply");
  ArrowField field;
  field.format = Plain(schema.format);
  field.name = schema.name ? schema.name : "";
  field.nullable = (schema.flags & ARROW_FLAG_NULLABLE) != 0;
  field.keys_sorted = (schema.flags & ARROW_FLAG_MAP_KEYS_SORTED) != 0;
  field.metadata = ReadMetadata(schema.metadata);
  const std::pair<std::string, std::string> bool8{"ARROW:extension:name", "arrow.bool8"};
  for (const auto& pair : field.metadata) field.byte_boolean |= pair == bool8 && field.format == "c";
  if (field.byte_boolean) field.metadata.clear();
  if (schema.dictionary) {
    field.dictionary_id = dictionaries++;
    TARN_ASSIGN(auto values, Read(*schema.dictionary, dictionaries, depth + 1));
    field.dictionary.push_back(std::move(values));
  }
  for (int64_t i = 0; i < schema.n_children; ++i) {
    TARN_ASSIGN(auto child, Read(*schema.children[i], dictionaries, depth + 1));
    field.children.push_back(std::move(child));
  }
  return field;
}

}  // namespace

Result<ArrowField> ReadArrowField(const ArrowSchema& schema) {
  int64_t dictionaries = 0;
  return Read(schema, dictionaries, 0);
}

std::optional<int64_t> BitWidth(const std::string& format) {
  if (format.empty()) return std::nullopt;
  if (format.starts_with("w:")) return std::stoll(format.substr(2)) * 8;
  if (format.starts_with("d:")) {  // "d:19,10" or "d:19,10,32"
    const size_t comma = format.find(',', format.find(',') + 1);
    return comma == std::string::npos ? 128 : std::stoll(format.substr(comma + 1));
  }
  if (format == "tin") return 128;
  if (format == "tdD" || format == "tts" || format == "ttm" || format == "tiM") return 32;
  if (format.starts_with("t")) return 64;
  switch (format[0]) {
    case 'b':
      return 1;
    case 'c':
    case 'C':
      return 8;
    case 's':
    case 'S':
    case 'e':
      return 16;
    case 'i':
    case 'I':
    case 'f':
      return 32;
    case 'l':
    case 'L':
    case 'g':
      return 64;
    default:
      return std::nullopt;
  }
}

}  // namespace tarn::query

#include "services/transform/transforms/mapping_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "services/transform/transforms/near_name.h"

namespace tarn::transform {
namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

std::optional<int64_t> ParseBytes(const std::string& text) {
  constexpr std::pair<std::string_view, int64_t> kUnits[] = {{"", 1},
                                                             {"B", 1},
                                                             {"KB", 1'000},
                                                             {"MB", 1'000'000},
                                                             {"GB", 1'000'000'000},
                                                             {"KiB", 1ll << 10},
                                                             {"MiB", 1ll << 20},
                                                             {"GiB", 1ll << 30}};
  int64_t number = 0;
  const char* text_end = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data(), text_end, number);
  if (failure != std::errc() || number < 0) return std::nullopt;
  const std::string_view unit(end, static_cast<size_t>(text_end - end));
  for (const auto& [name, factor] : kUnits) {
    if (unit == name && number <= std::numeric_limits<int64_t>::max() / factor) return number * factor;
  }
  return std::nullopt;
}

std::string KeyText(const YAML::Node& key) {
  if (key.IsNull()) return "null";  // YAML's own reading of that word
  return key.IsScalar() ? key.Scalar() : "";
}

}  // namespace

MappingReader::MappingReader(const YAML::Node& node, std::string path) : node_(node), path_(std::move(path)) {
  if (!node_.IsMap()) {
    FailAt(node_, path_, "expected a mapping");
    return;
  }
  for (const auto& entry : node_) {
    const std::string key = KeyText(entry.first);
    if (!values_.emplace(key, entry.second).second)
      FailAt(entry.first, PathTo(key), "the key \"" + key + "\" stands here twice");
  }
}

std::string MappingReader::PathTo(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void MappingReader::FailAt(const YAML::Node& node, const std::string& path, std::string message) {
  if (error_) return;
  const int line = node.Mark().line + 1;
  std::string where = line > 0 ? "line " + std::to_string(line) : "";
  if (!path.empty()) where += (where.empty() ? "" : ", ") + path;
  error_ = Error(Code::kInvalidArgument, std::move(message)).At(where);
}

void MappingReader::Fail(std::string_view key, std::string message, const std::string& within) {
  const auto value = values_.find(key);
  FailAt(value == values_.end() ? node_ : value->second, PathTo(key) + (within.empty() ? "" : ", " + within),
         std::move(message));
}

std::optional<YAML::Node> MappingReader::Take(std::string_view key) {
  taken_.emplace_back(key);
  const auto value = values_.find(key);
  if (value == values_.end() || value->second.IsNull()) return std::nullopt;
  return value->second;
}

std::optional<std::string> MappingReader::Scalar(std::string_view key) {
  const auto value = Take(key);
  if (!value) return std::nullopt;
  if (!value->IsScalar()) {
    FailAt(*value, PathTo(key), "expected a single value");
    return std::nullopt;
  }
  return value->Scalar();
}

std::string MappingReader::RequiredText(std::string_view key) {
  const auto text = Scalar(key);
  if (!text || text->empty()) Fail(key, "\"" + std::string(key) + "\" is missing");
  return text.value_or("");
}

std::string MappingReader::Text(std::string_view key, std::string otherwise) {
  return Scalar(key).value_or(std::move(otherwise));
}

std::vector<std::string> MappingReader::TextList(std::string_view key) {
  std::vector<std::string> texts;
  const auto list = Sequence(key);
  if (!list) return texts;
  for (const YAML::Node& item : *list) {
    if (item.IsScalar() && !item.Scalar().empty())
      texts.push_back(item.Scalar());
    else
      FailAt(item, PathTo(key), "expected a list of texts");
  }
  return texts;
}

int64_t MappingReader::Integer(std::string_view key, int64_t otherwise, int64_t min, int64_t max) {
  const auto text = Scalar(key);
  if (!text) return otherwise;
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure != std::errc() || end != text->data() + text->size() || number < min || number > max) {
    Fail(key, "expected a whole number from " + std::to_string(min) + " to " + std::to_string(max) +
                  ", got " + *text);
  }
  return number;
}

bool MappingReader::Boolean(std::string_view key, bool otherwise) {
  const auto text = Scalar(key);
  if (!text) return otherwise;
  if (*text != "true" && *text != "false") Fail(key, "expected true or false, got " + *text);
  return *text == "true";
}

int64_t MappingReader::Size(std::string_view key, int64_t otherwise, int64_t min, int64_t max) {
  const auto text = Scalar(key);
  if (!text) return otherwise;
  const auto size = ParseBytes(*text);
  if (!size || *size < min || *size > max) {
    Fail(key, "expected a size from " + std::to_string(min) + " to " + std::to_string(max) +
                  " bytes, like 64MB or 64MiB, got " + *text);
    return otherwise;
  }
  return *size;
}

bool MappingReader::Has(std::string_view key) const { return values_.contains(key); }

bool MappingReader::IsNull(std::string_view key) const {
  const auto value = values_.find(key);
  return value != values_.end() && value->second.IsNull();
}

bool MappingReader::IsText(std::string_view key, std::string_view text) {
  const auto value = values_.find(key);
  if (value == values_.end() || !value->second.IsScalar() || value->second.Scalar() != text) return false;
  taken_.emplace_back(key);
  return true;
}

std::vector<std::string> MappingReader::Keys() const {
  std::vector<std::string> keys;
  for (const auto& entry : node_) keys.push_back(KeyText(entry.first));
  return keys;
}

std::optional<YAML::Node> MappingReader::Mapping(std::string_view key) {
  auto value = Take(key);
  if (!value || value->IsMap()) return value;
  FailAt(*value, PathTo(key), "expected a mapping");
  return std::nullopt;
}

std::optional<YAML::Node> MappingReader::Sequence(std::string_view key) {
  auto value = Take(key);
  if (!value || value->IsSequence()) return value;
  FailAt(*value, PathTo(key), "expected a list");
  return std::nullopt;
}

Status MappingReader::Finish() {
  // A key nobody knows comes before what is missing: it is often the same thing, misspelt.
  if (node_.IsMap()) {
    for (const auto& entry : node_) {
      const std::string key = KeyText(entry.first);
      if (std::find(taken_.begin(), taken_.end(), key) != taken_.end()) continue;
      error_.reset();
      FailAt(entry.first, PathTo(key),
             "unknown key \"" + key.substr(0, 100) + "\"" + DidYouMean(key.substr(0, 100), taken_) +
                 "; the keys are " + Joined(taken_));
      break;
    }
  }
  if (error_) return *error_;
  return Ok();
}

}  // namespace tarn::transform

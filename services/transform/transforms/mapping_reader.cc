#include "services/transform/transforms/mapping_reader.h"

#include <algorithm>
#include <charconv>

namespace tarn::transform {
namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

}  // namespace

MappingReader::MappingReader(const YAML::Node& node, std::string path) : node_(node), path_(std::move(path)) {
  if (!node_.IsMap()) FailAt(node_, path_, "expected a mapping");
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
  const YAML::Node& keys = node_;  // operator[] of a const node does not add the key
  const YAML::Node value = keys.IsMap() ? keys[std::string(key)] : YAML::Node();
  FailAt(value.IsDefined() ? value : node_, PathTo(key) + (within.empty() ? "" : ", " + within),
         std::move(message));
}

std::optional<YAML::Node> MappingReader::Take(std::string_view key) {
  taken_.emplace_back(key);
  if (!node_.IsMap()) return std::nullopt;
  const YAML::Node& keys = node_;
  const YAML::Node value = keys[std::string(key)];
  if (!value.IsDefined() || value.IsNull()) return std::nullopt;
  return value;
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
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (std::find(taken_.begin(), taken_.end(), key) != taken_.end()) continue;
      error_.reset();
      FailAt(entry.first, PathTo(key), "unknown key \"" + key + "\"; the keys are " + Joined(taken_));
      break;
    }
  }
  if (error_) return *error_;
  return Ok();
}

}  // namespace tarn::transform

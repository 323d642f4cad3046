#include "services/transform/transforms/yaml_json.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace tarn::transform {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 64;
constexpr int kMaxValues = 20'000;

template <class Number>
std::optional<Number> Parsed(const std::string& text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

json ScalarToJson(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "true" || text == "false") return text == "true";
  if (const auto number = Parsed<int64_t>(text)) return *number;
  if (const auto number = Parsed<uint64_t>(text)) return *number;
  if (const auto number = Parsed<double>(text); number && std::isfinite(*number)) return *number;
  return text;
}

class Converter {
 public:
  Result<json> Convert(const YAML::Node& node, int depth = 0) {
    if (depth > kMaxDepth) return Wrong(node, "nested too deeply");
    if (++values_ > kMaxValues) return Wrong(node, "too many values");
    if (node.IsScalar()) return ScalarToJson(node);
    if (node.IsSequence()) return Array(node, depth);
    if (node.IsMap()) return Object(node, depth);
    return json();
  }

 private:
  static Error Wrong(const YAML::Node& node, const std::string& message) {
    return Error(Code::kInvalidArgument, message).At("line " + std::to_string(node.Mark().line + 1));
  }

  Result<json> Array(const YAML::Node& node, int depth) {
    json array = json::array();
    for (const auto& element : node) {
      TARN_ASSIGN(auto value, Convert(element, depth + 1));
      array.push_back(std::move(value));
    }
    return array;
  }

  Result<json> Object(const YAML::Node& node, int depth) {
    json object = json::object();
    for (const auto& member : node) {
      if (!member.first.IsScalar()) return Wrong(node, "a key must be a text");
      const std::string& key = member.first.Scalar();
      if (object.contains(key)) return Wrong(member.first, "the key \"" + key + "\" stands here twice");
      TARN_ASSIGN(object[key], Convert(member.second, depth + 1));
    }
    return object;
  }

  int values_ = 0;
};

}  // namespace

Result<json> YamlToJson(const YAML::Node& node) { return Converter().Convert(node); }

}  // namespace tarn::transform

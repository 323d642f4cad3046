#include "common/yaml/yaml_document.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace tarn::yaml {
namespace {

// Aliases let a short text stand for a huge or even endless value.
constexpr int kMaxDepth = 32;
constexpr int kMaxNodes = 10'000;

/// A scalar's value by YAML's core schema, as far as options need it: null, booleans, integers, text.
nlohmann::json ScalarToJson(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "true" || text == "false") return text == "true";
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return text;
}

struct Walk {
  int nodes = 0;
  Lines* lines = nullptr;
};

Result<nlohmann::json> ToJson(const YAML::Node& node, const std::string& pointer, int depth, Walk& walk) {
  if (walk.lines) walk.lines->emplace(pointer, node.Mark().line + 1);
  if (depth > kMaxDepth) return Error(Code::kInvalidArgument, "nested too deeply").At(pointer);
  if (++walk.nodes > kMaxNodes) return Error(Code::kTooLarge, "too many values").At(pointer);
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return ScalarToJson(node);
    case YAML::NodeType::Sequence: {
      auto array = nlohmann::json::array();
      for (const auto& element : node) {
        TARN_ASSIGN(auto value,
                    ToJson(element, pointer + "/" + std::to_string(array.size()), depth + 1, walk));
        array.push_back(std::move(value));
      }
      return array;
    }
    case YAML::NodeType::Map: {
      auto object = nlohmann::json::object();
      for (const auto& member : node) {
        if (!member.first.IsScalar())
          return Error(Code::kInvalidArgument, "a key must be a text").At(pointer);
        const std::string& key = member.first.Scalar();
        if (object.contains(key)) {
          return Error(Code::kInvalidArgument, "this key stands here twice: " + key).At(pointer);
        }
        TARN_ASSIGN(object[key], ToJson(member.second, pointer + "/" + key, depth + 1, walk));
      }
      return object;
    }
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      break;
  }
  return nlohmann::json();
}

}  // namespace

Result<nlohmann::json> ParseYaml(const std::string& text, Lines* lines) {
  try {
    Walk walk{0, lines};
    return ToJson(YAML::Load(text), "", 0, walk);
  } catch (const YAML::Exception& exception) {
    return Error(Code::kInvalidArgument, "not YAML: " + exception.msg)
        .At("line " + std::to_string(exception.mark.line + 1));
  }
}

Error AtLine(const Error& error, const Lines& lines) {
  std::string pointer = error.where();
  if (!pointer.empty() && pointer.front() != '/') return error;
  while (true) {
    if (const auto line = lines.find(pointer); line != lines.end()) {
      const std::string place = error.where().empty() ? "" : ", " + error.where();
      return Error(error.code(), error.message()).At("line " + std::to_string(line->second) + place);
    }
    const size_t slash = pointer.rfind('/');
    if (slash == std::string::npos) return error;
    pointer.resize(slash);
  }
}

}  // namespace tarn::yaml

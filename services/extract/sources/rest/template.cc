#include "services/extract/sources/rest/template.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/http/message.h"
#include "common/json/json.h"

namespace tarn::extract::rest {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Error Unknown(const std::string& name, const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
  return Error(Code::kInvalidArgument, "a template knows here only " + list + "; got: " + name);
}

Result<const TemplateValue*> ValueOf(const std::string& name, const TemplateValues& values) {
  const auto found = values.find(name);
  if (found == values.end()) {
    return Error(Code::kUnprocessable, "there is no value for a name in a template: " + name);
  }
  return &found->second;
}

}  // namespace

Result<Template> Template::Parse(std::string_view text, const std::vector<std::string>& known) {
  Template parsed;
  while (!text.empty()) {
    const size_t open = std::min(text.find("{{"), text.size());
    if (open > 0) parsed.parts_.push_back({std::string(text.substr(0, open)), ""});
    text.remove_prefix(open);
    if (text.empty()) break;
    const size_t close = text.find("}}");
    if (close == std::string_view::npos) return Error(Code::kInvalidArgument, "{{ without }}");
    std::string name(Trim(text.substr(2, close - 2)));
    if (std::find(known.begin(), known.end(), name) == known.end()) return Unknown(name, known);
    parsed.parts_.push_back({"", std::move(name)});
    text.remove_prefix(close + 2);
  }
  return parsed;
}

Result<std::string> Template::Render(const TemplateValues& values) const {
  std::string text;
  for (const Part& part : parts_) {
    text += part.literal;
    if (part.name.empty()) continue;
    TARN_ASSIGN(const TemplateValue* value, ValueOf(part.name, values));
    text += value->text;
  }
  return text;
}

Result<std::string> Template::RenderPath(const TemplateValues& values) const {
  std::string path;
  for (const Part& part : parts_) {
    path += part.literal;
    if (part.name.empty()) continue;
    TARN_ASSIGN(const TemplateValue* value, ValueOf(part.name, values));
    if (value->text.empty()) {
      return Error(Code::kUnprocessable, "a value for the path of a request is empty: " + part.name);
    }
    path += http::PercentEncode(value->text);
  }
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find_first_of("/?", start), path.size());
    const std::string_view segment = std::string_view(path).substr(start, end - start);
    if (segment == "." || segment == "..") {
      return Error(Code::kUnprocessable, "the path of a request must not have . or .. in it: " + path);
    }
    start = end + 1;
  }
  return path;
}

bool Template::Uses(std::string_view name) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) { return part.name == name; });
}

std::string Template::OnlyName() const { return parts_.size() == 1 ? parts_.front().name : ""; }

Status CheckJsonTemplate(const nlohmann::json& value, const std::string& pointer,
                         const std::vector<std::string>& known) {
  if (value.is_string()) {
    const auto parsed = Template::Parse(value.get_ref<const std::string&>(), known);
    if (!parsed.ok()) return Error(parsed.error().code(), parsed.error().message()).At(pointer);
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      TARN_TRY(CheckJsonTemplate(member, pointer + "/" + name, known));
    }
  } else if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) {
      TARN_TRY(CheckJsonTemplate(value[i], pointer + "/" + std::to_string(i), known));
    }
  }
  return Ok();
}

Result<nlohmann::json> RenderJsonTemplate(const nlohmann::json& value, const TemplateValues& values) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.find("{{") == std::string::npos) return value;
    std::vector<std::string> known;
    for (const auto& [name, _] : values) known.push_back(name);
    TARN_ASSIGN(const Template parsed, Template::Parse(text, known));
    TARN_ASSIGN(std::string rendered, parsed.Render(values));
    const auto only = values.find(parsed.OnlyName());
    if (only != values.end() && only->second.is_number) {
      if (auto number = json::Parse(rendered); number.ok()) return number;
    }
    return nlohmann::json(std::move(rendered));
  }
  nlohmann::json result = value;
  if (value.is_structured()) {
    for (auto& member : result) {
      TARN_ASSIGN(member, RenderJsonTemplate(member, values));
    }
  }
  return result;
}

}  // namespace tarn::extract::rest

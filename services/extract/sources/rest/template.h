#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::rest {

/// What a name in a template stands for.
struct TemplateValue {
  std::string text;
  bool is_number = false;  ///< a JSON body may hold it without quotes
};

using TemplateValues = std::map<std::string, TemplateValue, std::less<>>;

/// A text with `{{ name }}` in it. Immutable.
class Template {
 public:
  Template() = default;

  /// Errors: kInvalidArgument for "{{" without "}}", or a name that is not in `known`.
  static Result<Template> Parse(std::string_view text, const std::vector<std::string>& known);

  /// The text with each name replaced as it is. Errors: kUnprocessable for a name without a value.
  Result<std::string> Render(const TemplateValues& values) const;

  /// For the path of a URL: values are percent-encoded. Errors also: kUnprocessable for a value that is empty
  /// or would make another path of it, such as "..".
  Result<std::string> RenderPath(const TemplateValues& values) const;

  bool Uses(std::string_view name) const;
  /// The name, if the template is nothing but one.
  std::string OnlyName() const;

 private:
  struct Part {
    std::string literal;
    std::string name;  // if this is one
  };
  std::vector<Part> parts_;
};

/// Checks every text within `value` as Template::Parse does. Errors: kInvalidArgument with the JSON pointer
/// of the text below `pointer`.
Status CheckJsonTemplate(const nlohmann::json& value, const std::string& pointer,
                         const std::vector<std::string>& known);

/// Replaces the names in every text within `value`. A text that is nothing but one name with a number becomes
/// a number. Errors: as Template::Render.
Result<nlohmann::json> RenderJsonTemplate(const nlohmann::json& value, const TemplateValues& values);

}  // namespace tarn::extract::rest

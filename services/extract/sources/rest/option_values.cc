#include "services/extract/sources/rest/option_values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tarn::extract::rest {

using json::ObjectReader;

std::optional<std::string> ScalarOf(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  return std::nullopt;
}

std::optional<std::string> ReadScalar(ObjectReader& reader, std::string_view name) {
  const nlohmann::json* value = reader.OptionalAny(name);
  if (!value) return std::nullopt;
  auto text = ScalarOf(*value);
  if (!text) reader.Fail(name, "expected a text, a number, true or false");
  return text;
}

std::optional<JsonPath> ReadPath(ObjectReader& reader, std::string_view name) {
  const auto text = reader.OptionalString(name);
  if (!text) return std::nullopt;
  auto path = JsonPath::Parse(*text);
  if (path.ok()) return *std::move(path);
  reader.Fail(name, path.error().message());
  return std::nullopt;
}

std::vector<JsonPath> ReadPaths(ObjectReader& reader, std::string_view name) {
  std::vector<std::string> texts;
  const nlohmann::json* value = reader.OptionalAny(name);
  if (value && value->is_string()) {
    texts = {value->get<std::string>()};
  } else if (value) {
    texts = reader.OptionalStringArray(name).value_or(std::vector<std::string>());
  }
  std::vector<JsonPath> paths;
  for (const std::string& text : texts) {
    auto path = JsonPath::Parse(text);
    if (!path.ok() || text.empty()) {
      reader.Fail(name, path.ok() ? "must not be empty" : path.error().message());
      break;
    }
    paths.push_back(*std::move(path));
  }
  return paths;
}

int64_t ReadInteger(ObjectReader& reader, std::string_view name, int64_t fallback, int64_t least,
                    int64_t greatest) {
  const int64_t value = reader.OptionalInteger(name).value_or(fallback);
  if (value < least || value > greatest) {
    reader.Fail(name, "expected " + std::to_string(least) + " to " + std::to_string(greatest) +
                          ", got: " + std::to_string(value));
  }
  return value;
}

Place ReadPlace(ObjectReader& reader, std::string_view name) {
  const std::string text = reader.OptionalString(name).value_or("query");
  if (text == "header") return Place::kHeader;
  if (text == "body") return Place::kBody;
  if (text != "query") reader.Fail(name, "expected query, header or body, got: " + text);
  return Place::kQuery;
}

Result<std::vector<std::pair<std::string, std::string>>> ReadNamedTexts(const nlohmann::json& object,
                                                                        const std::string& pointer) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [name, value] : object.items()) {
    const nlohmann::json values = value.is_array() ? value : nlohmann::json::array({value});
    for (const auto& each : values) {
      if (each.is_null()) continue;
      auto text = ScalarOf(each);
      if (!text) {
        return Error(Code::kInvalidArgument, "expected a text, a number, true or false")
            .At(pointer + "/" + name);
      }
      texts.emplace_back(name, *std::move(text));
    }
  }
  return texts;
}

bool IsFieldName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 128 && (std::isalnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) !=
                                              std::string_view::npos);
  });
}

bool IsFieldValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

}  // namespace tarn::extract::rest

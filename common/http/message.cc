#include "common/http/message.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::http {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr Method kMethods[] = {Method::kGet,   Method::kHead,   Method::kPost,   Method::kPut,
                               Method::kPatch, Method::kDelete, Method::kOptions};

}  // namespace

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return Lower(x) == Lower(y); });
}

const char* MethodName(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
  }
  return "GET";
}

std::optional<Method> ParseMethod(std::string_view name) {
  for (const Method method : kMethods) {
    if (name == MethodName(method)) return method;
  }
  return std::nullopt;
}

void Headers::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::Set(std::string name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return EqualsIgnoringCase(field.first, name); });
  Add(std::move(name), std::move(value));
}

std::optional<std::string_view> Headers::Find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (EqualsIgnoringCase(field, name)) return value;
  }
  return std::nullopt;
}

const std::string& Request::PathParameter(std::string_view name) const {
  const auto found = path_parameters.find(name);
  assert(found != path_parameters.end() && "the route's pattern has no such parameter");
  static const std::string none;
  return found == path_parameters.end() ? none : found->second;
}

std::optional<std::string> Request::Query(std::string_view name) const {
  for (const auto& [parameter, value] : query_parameters) {
    if (parameter == name) return value;
  }
  return std::nullopt;
}

Result<nlohmann::json> Request::Json() const {
  if (body.empty()) return Error(Code::kInvalidArgument, "the request needs a JSON body").At("byte 0");
  return json::Parse(body);
}

}  // namespace tarn::http

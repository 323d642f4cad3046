#include "services/extract/sources/rest/query.h"

#include <algorithm>
#include <string_view>

#include "common/http/message.h"

namespace tarn::extract::rest {
namespace {

bool HasName(std::string_view parameter, const QueryParameters& names) {
  const auto name = http::PercentDecode(parameter.substr(0, parameter.find('=')));
  return name.ok() &&
         std::any_of(names.begin(), names.end(), [&](const auto& each) { return each.first == *name; });
}

std::vector<std::string_view> ParametersOf(std::string_view url) {
  std::vector<std::string_view> parameters;
  const size_t question = url.find('?');
  const std::string_view query = question == std::string_view::npos ? "" : url.substr(question + 1);
  for (size_t start = 0; start < query.size();) {
    const size_t end = std::min(query.find('&', start), query.size());
    if (end > start) parameters.push_back(query.substr(start, end - start));
    start = end + 1;
  }
  return parameters;
}

}  // namespace

std::string WithQuery(const std::string& url, const QueryParameters& parameters) {
  std::string query;
  for (const std::string_view parameter : ParametersOf(url)) {
    if (!HasName(parameter, parameters)) query += "&" + std::string(parameter);
  }
  for (const auto& [name, value] : parameters)
    query += "&" + http::PercentEncode(name) + "=" + http::PercentEncode(value);
  const std::string path = url.substr(0, url.find('?'));
  return query.empty() ? path : path + "?" + query.substr(1);
}

bool HasParameter(const std::string& url, const std::string& name) {
  const auto parameters = ParametersOf(url);
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](std::string_view parameter) { return HasName(parameter, {{name, ""}}); });
}

std::string WithoutQuery(const std::string& url) { return url.substr(0, url.find('?')); }

}  // namespace tarn::extract::rest

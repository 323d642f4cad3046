#include "tests/support/spotify_stand_in/field_filter.h"

#include <nlohmann/json.hpp>
#include <string>

namespace tarn::spotify_stand_in {
namespace {

using nlohmann::json;

/// Where the parenthesis that `fields` begins with is closed.
size_t Closing(std::string_view fields) {
  int depth = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    depth += (fields[i] == '(') - (fields[i] == ')');
    if (depth == 0) return i;
  }
  return fields.size();
}

json Filtered(const json& value, std::string_view fields) {
  if (!value.is_array()) return FilterFields(value, fields);
  json elements = json::array();
  for (const json& element : value) elements.push_back(FilterFields(element, fields));
  return elements;
}

}  // namespace

json FilterFields(const json& object, std::string_view fields) {
  if (!object.is_object()) return object;
  json kept = json::object();
  while (!fields.empty()) {
    const size_t end = std::min(fields.find_first_of(",("), fields.size());
    const std::string name(fields.substr(0, end));
    fields.remove_prefix(end);
    std::string_view inner;
    if (!fields.empty() && fields.front() == '(') {
      const size_t closing = Closing(fields);
      inner = fields.substr(1, closing - 1);
      fields.remove_prefix(std::min(closing + 1, fields.size()));
    }
    if (!fields.empty() && fields.front() == ',') fields.remove_prefix(1);
    const auto member = object.find(name);
    if (member == object.end()) continue;
    kept[name] = inner.empty() ? *member : Filtered(*member, inner);
  }
  return kept;
}

}  // namespace tarn::spotify_stand_in

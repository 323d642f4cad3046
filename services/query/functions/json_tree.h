#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::query {

/// JSON with numbers as they are written: nothing is lost between reading and writing.
struct JsonTree {
  enum class Kind { kNull, kBoolean, kNumber, kText, kArray, kObject };

  Kind kind = Kind::kNull;
  std::string text;  ///< a number as written, a text without quotes, "true" or "false"
  std::vector<JsonTree> items;
  std::vector<std::string> names;  ///< of an object's items

  bool scalar() const { return kind < Kind::kArray; }
};

/// Reads JSON (RFC 8259); nothing for text that is none or deeper than 500 levels. `*unreadable` tells
/// whether it is JSON with a number that no double can hold.
std::optional<JsonTree> ReadJson(std::string_view text, bool* unreadable = nullptr);

/// Writes JSON without blanks; `sorted`: the names of objects in order, as Trino's JSON type has them.
std::string WriteJson(const JsonTree& tree, bool sorted);

/// What a path like `$.a[0]["b c"]` finds: null if there is nothing. `*valid` is false for paths of another
/// form.
const JsonTree* FollowPath(const JsonTree& tree, std::string_view path, bool* valid);

}  // namespace tarn::query

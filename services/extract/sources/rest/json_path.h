#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::rest {

/// A place in a JSON document: a JSON pointer ("/data/items", RFC 6901; "" is the whole document) or a dotted
/// path
/// ("data.items"). Numbers are indexes where the document has an array. Immutable.
class JsonPath {
 public:
  /// The whole document.
  JsonPath() = default;

  /// Errors: kInvalidArgument for an empty step in a dotted path, a bad escape in a pointer, or over 16
  /// steps.
  static Result<JsonPath> Parse(std::string_view text);

  const std::vector<std::string>& steps() const { return steps_; }
  /// As a JSON pointer, for messages.
  std::string Pointer() const;

  friend bool operator==(const JsonPath&, const JsonPath&) = default;

 private:
  std::vector<std::string> steps_;
};

}  // namespace tarn::extract::rest

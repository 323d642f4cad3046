#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/extract/sources/rest/json_path.h"

namespace tarn::extract::rest {

/// A value within a JSON text, as it stands there.
struct JsonSpan {
  std::string_view text;
  int64_t elements = -1;  ///< of an array; -1 for any other value

  bool IsArray() const { return elements >= 0; }
  bool IsObject() const { return !text.empty() && text.front() == '{'; }
  bool IsNull() const { return text == "null"; }
};

/// What one pass over a JSON text found. The spans point into that text.
struct JsonScan {
  JsonSpan root;
  std::vector<std::optional<JsonSpan>> found;  ///< for each wanted path, in the same order
  std::vector<JsonSpan> top_arrays;            ///< arrays among the members of the root object, at most two
};

/// Checks a whole JSON text (RFC 8259, UTF-8, at most 64 levels; a byte order mark before it is let pass) and
/// finds values in it, in one pass and without building a document: pages are many and large. Of members with
/// the same name the last one counts. At most 32 paths. Errors: kUnprocessable with where() = "byte
/// <offset>".
Result<JsonScan> ScanJson(std::string_view text, const std::vector<JsonPath>& wanted = {});

/// The elements of an array in a text that ScanJson accepted, without the space around them.
std::vector<std::string_view> ElementsOf(std::string_view array);

/// The first of them; empty if there is none.
std::string_view FirstElementOf(std::string_view array);

/// The value at `path` in a text that ScanJson accepted; nothing if there is none.
std::optional<std::string_view> ValueAt(std::string_view text, const JsonPath& path);

/// A text without its quotes and escapes, or a number or boolean as it stands; nothing for null, arrays and
/// objects.
std::optional<std::string> ScalarText(std::string_view value);

}  // namespace tarn::extract::rest

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/duckdb/arrow.h"
#include "common/result/result.h"

namespace tarn::query {

/// One field of an Arrow schema, taken apart once per result.
struct ArrowField {
  std::string format;  ///< as the C data interface writes types: "l", "tsu:UTC", "+s"
  std::string name;
  bool nullable = true;
  bool keys_sorted = false;  ///< of a map
  /// The engine gives booleans a byte each, as the extension type arrow.bool8; they go out as Arrow's own
  /// Bool.
  bool byte_boolean = false;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<ArrowField> children;
  std::optional<int64_t> dictionary_id;  ///< the values are in the dictionary, `format` is the indices'
  std::vector<ArrowField> dictionary;    ///< of one element if there is an id: the values
};

/// Errors: kInternal for a structure that makes no sense.
Result<ArrowField> ReadArrowField(const ArrowSchema& schema);

/// The width in bits of a type of fixed width; nothing for others. Validity bitmaps do not count.
std::optional<int64_t> BitWidth(const std::string& format);

}  // namespace tarn::query

#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "common/decoding/encoding.h"
#include "common/unpacking/codec.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

/// Deeper nesting is refused: no type of it could be used.
inline constexpr int kMaxJsonDepth = 64;
/// More different members than this, maps not counted, are no schema.
inline constexpr uint64_t kMaxJsonNodes = 50'000;

struct JsonOptions {
  uint64_t max_bytes = ~uint64_t{0};  ///< stop behind the record that exceeds it (of the unpacked text)
  /// Take an object whose only array of objects is one of its members for the records in that array.
  bool unwrap = false;
  /// The records stand in the array to which these members lead; none: where they always do.
  std::vector<std::string> path{};
};

struct JsonColumn {
  std::string name;
  std::string type;  ///< as DuckDB writes it; "NULL" if there is no value

  bool operator==(const JsonColumn&) const = default;
};

struct JsonVerdict {
  /// "array", "ndjson" (one record per line), "records" (one after the other), "object" (a single one),
  /// "wrapped".
  std::string layout;
  std::string records_path;  ///< JSON pointer to the records' array, if wrapped
  unpacking::Codec codec = unpacking::Codec::kNone;
  decoding::Encoding encoding = decoding::Encoding::kUtf8;
  std::vector<JsonColumn> columns;
  int64_t rows = 0;
  int64_t documents = 0;  ///< values at the top level
  Evidence evidence;
};

/// Reads a JSON file (UTF-8 or UTF-16, also packed) as a stream and finds its records' columns. Values that
/// are no objects give one column, "json". Errors: kUnprocessable for malformed, too deep or empty text
/// (where() = "line N"), kCancelled.
Result<JsonVerdict> InferJson(const std::filesystem::path& path, const JsonOptions& options = {},
                              std::stop_token cancelled = {});

}  // namespace tarn::inference

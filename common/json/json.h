#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::json {

struct Limits {
  size_t max_depth = 64;
};

/// Parses a whole JSON text (RFC 8259, UTF-8 checked). Duplicate keys: the last wins, as everywhere.
/// Errors: kInvalidArgument with where() = "byte <offset>" (0-based) for malformed text or too deep nesting.
Result<nlohmann::json> Parse(std::string_view text, const Limits& limits = {});

/// Renders compactly; strings that are not UTF-8 get U+FFFD for the bad bytes.
std::string Dump(const nlohmann::json& value);

/// Reads the members of one JSON object and collects what is wrong with it. Members are taken by name;
/// Finish() reports the first wrong or missing member, or the first member nobody asked for.
/// Errors: kInvalidArgument with where() = the JSON pointer of the member.
class ObjectReader {
 public:
  /// `value` must outlive the reader. `pointer` is where the object itself stands ("" for the whole body).
  explicit ObjectReader(const nlohmann::json& value, std::string pointer = "");

  /// Return the member, or an empty value after noting that it is missing or of another type.
  std::string RequiredString(std::string_view name);
  int64_t RequiredInteger(std::string_view name);

  std::optional<std::string> OptionalString(std::string_view name);
  std::optional<int64_t> OptionalInteger(std::string_view name);
  std::optional<bool> OptionalBool(std::string_view name);
  std::optional<std::vector<std::string>> OptionalStringArray(std::string_view name);
  /// Returns null if the member is absent or not an object / array.
  const nlohmann::json* OptionalObject(std::string_view name);
  const nlohmann::json* OptionalArray(std::string_view name);
  /// Any type of value, null if absent.
  const nlohmann::json* OptionalAny(std::string_view name);

  /// Notes a failure of the member `name`, found by the caller.
  void Fail(std::string_view name, std::string message);

  /// Returns the pointer of a member: `pointer/name`, escaped as RFC 6901 says.
  std::string PointerTo(std::string_view name) const;

  Status Finish();

 private:
  const nlohmann::json* Take(std::string_view name);

  const nlohmann::json& value_;
  std::string pointer_;
  std::vector<std::string> taken_;
  std::optional<Error> error_;
};

}  // namespace tarn::json

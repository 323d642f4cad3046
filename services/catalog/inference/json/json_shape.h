#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

/// What a JSON value is, as far as types go.
enum class JsonKind : uint8_t {
  kNull,
  kBoolean,
  kInteger,   ///< fits 64 bits with sign
  kUnsigned,  ///< fits 64 bits without
  kDouble,
  kDate,  ///< a string in ISO 8601's form
  kTimestamp,
  kTimestampTz,
  kText,
  kArray,
  kObject,
};
inline constexpr size_t kJsonKinds = 11;
const char* JsonKindType(JsonKind kind);  ///< "BIGINT", "VARCHAR" ...: of values of this kind alone

/// All values seen at one place of the records: how many of each kind, and the first of each.
class JsonShape {
 public:
  struct First {
    std::string value;
    Place place;
  };
  struct Member {
    std::string name;
    std::unique_ptr<JsonShape> shape;
  };

  void Count(JsonKind kind, std::string_view value, const Place& place);
  uint64_t count(JsonKind kind) const { return counts_[static_cast<size_t>(kind)]; }
  uint64_t values() const;
  const std::optional<First>& first(JsonKind kind) const { return firsts_[static_cast<size_t>(kind)]; }

  /// The shape of array elements, or of a map's values. Made when first asked for.
  JsonShape& Element();
  /// The shape of a member; nodes() grows when it is new. An object with very many different names turns into
  /// a map, whose values share one shape.
  JsonShape& MemberNamed(std::string_view name, uint64_t* nodes);
  const std::vector<Member>& members() const { return members_; }
  const JsonShape* element() const { return element_.get(); }
  bool is_map() const { return is_map_; }

  /// The narrowest type that takes every value, as DuckDB writes it: what has both scalars and objects, or
  /// arrays, is JSON; what has text and other scalars is VARCHAR; "NULL" where there is no value, within other types as a
  /// name in quotes: of elements of lists that are all empty.
  std::string Type() const;
  /// The types given up, each with the first value that is none.
  std::vector<RuledOut> RuledOutTypes() const;

 private:
  bool LooksLikeMap() const;
  void TurnIntoMap();
  void Merge(JsonShape&& other);
  std::string ScalarType() const;
  std::string StructType() const;

  std::array<uint64_t, kJsonKinds> counts_{};
  std::array<std::optional<First>, kJsonKinds> firsts_;
  std::unique_ptr<JsonShape> element_;
  std::vector<Member> members_;  // in the order of appearance
  std::unordered_map<std::string, size_t> positions_;
  uint64_t member_values_ = 0;
  bool is_map_ = false;
};

}  // namespace tarn::inference

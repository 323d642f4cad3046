#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/catalog/inference/csv/value_types.h"

namespace tarn::inference {

/// Where a value stands, cheap to keep.
struct ValuePlace {
  int64_t line = 0;  ///< 0: unknown
  size_t slice = 0;  ///< of the sample
  size_t at = 0;     ///< byte in the slice
};

/// The first value that is not of a type.
struct Counterexample {
  std::string value;
  ValuePlace place;
};

/// What a column's values say about its type.
struct ColumnType {
  std::string type;    ///< as DuckDB writes it; "NULL" if there is no value
  std::string format;  ///< strptime's, for dates that a cast does not read
  std::string note;    ///< what the values look like besides
  double confidence = 0;
};

/// Narrows a column's type down, value by value: a type stays only while every value has it. One thread.
class ColumnTyper {
 public:
  /// Takes a value as it stands, spaces included; empty ones, and those of spaces alone, count as missing.
  void Add(std::string_view raw, const ValuePlace& place);

  ColumnType Decide() const;
  int64_t values() const { return values_; }
  int64_t empty() const { return empty_; }
  /// True if there was a value of spaces alone, which a reader that casts takes for text.
  bool has_blanks() const { return has_blanks_; }
  /// By the type's position in kValueTypes.
  const std::array<std::optional<Counterexample>, 8>& ruled_out() const { return ruled_out_; }

 private:
  uint32_t KeepWriting(const ValueReading& reading);
  void RuleOut(uint32_t types, std::string_view value, const ValuePlace& place);
  void CountLooks(std::string_view value, uint32_t types);
  std::string Note() const;
  std::optional<DateOrder> Order() const;

  uint32_t alive_ = 0xff;
  int64_t values_ = 0;
  int64_t empty_ = 0;
  bool has_blanks_ = false;
  bool iso_ = false;                    // an ISO date was seen
  std::optional<TemporalShape> shape_;  // of dates that are not ISO; its orders are those all values allow
  std::array<std::optional<Counterexample>, 8> ruled_out_;
  struct {
    int64_t all = 0, numbers = 0, temporals = 0, booleans = 0, leading_zeros = 0, formatted = 0, yes_no = 0;
  } looks_;  // of the first values only
};

}  // namespace tarn::inference

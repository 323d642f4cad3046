#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::query {

/// A type of Trino's type system (https://trino.io/docs/current/language/types.html), as the `athena` dialect
/// follows it through a statement.
struct TrinoType {
  enum class Kind {
    kUnknown,  ///< of NULL
    kBoolean,
    kTinyint,
    kSmallint,
    kInteger,
    kBigint,
    kReal,
    kDouble,
    kDecimal,
    kVarchar,
    kChar,
    kVarbinary,
    kJson,
    kUuid,
    kDate,
    kTime,
    kTimestamp,
    kTimestampTz,
    kIntervalMonths,
    kIntervalTime,
    kArray,
    kMap,
    kRow,
    kFunction,  ///< of a lambda: the parameters' types, then the result's
    kVariable,  ///< T of a signature
  };

  Kind kind = Kind::kUnknown;
  int precision = 0;  ///< of decimal; digits of seconds of time and timestamp
  int scale = 0;      ///< of decimal
  /// Of timestamp with time zone: the zone that values show, known while the statement is read. Empty: values
  /// may have different ones.
  std::string zone;
  std::string name;                 ///< of a variable
  std::vector<TrinoType> children;  ///< array: element; map: key, value; row: fields; function: see there
  std::vector<std::string> fields;  ///< row: names, "" where there is none

  bool operator==(const TrinoType& other) const;

  bool integral() const { return kind >= Kind::kTinyint && kind <= Kind::kBigint; }
  bool floating() const { return kind == Kind::kReal || kind == Kind::kDouble; }
  bool numeric() const { return kind >= Kind::kTinyint && kind <= Kind::kDecimal; }
  bool text() const { return kind == Kind::kVarchar || kind == Kind::kChar; }
  const TrinoType& element() const { return children[0]; }
  const TrinoType& value() const { return children[1]; }

  /// As people write it: "decimal(10,2)", "array(bigint)".
  std::string Name() const;
  /// The type that holds its values in DuckDB: "DECIMAL(10,2)", "BIGINT[]".
  std::string DuckDbName() const;
  /// The name of field `index` of a row's struct in DuckDB.
  std::string StorageField(size_t index) const;
};

TrinoType MakeType(TrinoType::Kind kind, int precision = 0, int scale = 0);
TrinoType ArrayOf(TrinoType element);
TrinoType MapOf(TrinoType key, TrinoType value);
TrinoType RowOf(std::vector<TrinoType> fields, std::vector<std::string> names = {});
TrinoType TimestampTz(int precision, std::string zone);

/// Whether a NaN can stand somewhere in a value.
bool HasFloating(const TrinoType& type);
/// Whether a predicate holds for the type or one of those in it.
bool AnyPart(const TrinoType& type, bool (*predicate)(const TrinoType&));

/// Reads a type: "varchar(20)", "array(row(a bigint, b double))", "decimal(p,s)", "T", "function(T,boolean)",
/// also Hive's "array<string>", "struct<a:int>". Errors: kUnprocessable for one that is unknown.
Result<TrinoType> ParseTrinoType(std::string_view text);

/// The Trino type of a column that DuckDB calls `name`. Errors: kUnprocessable for a type that Trino does not
/// have.
Result<TrinoType> FromDuckDbType(std::string_view name);

/// How far `from` is from `to` by Trino's implicit coercions: 0 the same, larger is farther, -1 if there is
/// none.
int CoercionCost(const TrinoType& from, const TrinoType& to);

/// The type that both coerce to, or false if there is none.
bool CommonType(const TrinoType& a, const TrinoType& b, TrinoType& common);

}  // namespace tarn::query

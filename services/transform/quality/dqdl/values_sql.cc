#include "services/transform/quality/dqdl/values_sql.h"

#include <algorithm>
#include <cctype>
#include <functional>

namespace tarn::dqdl {
namespace {

using duckdb::QuoteLiteral;
using Kind = Operand::Kind;

bool IsFloating(const std::string& type) { return type == "FLOAT" || type == "DOUBLE"; }
bool IsDateOrTime(const std::string& type) { return type == "DATE" || type.starts_with("TIMESTAMP"); }

std::string NeverNull(const std::string& condition) { return "coalesce(" + condition + ", false)"; }

std::string TextOf(const std::string& value) { return "CAST(" + value + " AS VARCHAR)"; }

std::string Millis(Timestamp time) { return "epoch_ms(" + std::to_string(ToUnixMillis(time)) + ")"; }

// Renders a comparison of `value` with each operand rendered by `sql`. NULL where value is NULL.
std::string Compare(const Condition& condition, const std::string& value,
                    const std::function<std::string(const Operand&)>& sql) {
  const auto operand = [&](size_t i) { return sql(condition.operands[i]); };
  const auto listed = [&](const char* word) {
    std::string list;
    for (const Operand& one : condition.operands) list += (list.empty() ? "" : ", ") + sql(one);
    return value + word + "(" + list + ")";
  };
  switch (condition.comparison) {
    case Comparison::kEqual:
      return value + " = " + operand(0);
    case Comparison::kNotEqual:
      return value + " <> " + operand(0);
    case Comparison::kGreater:
      return value + " > " + operand(0);
    case Comparison::kGreaterOrEqual:
      return value + " >= " + operand(0);
    case Comparison::kLess:
      return value + " < " + operand(0);
    case Comparison::kLessOrEqual:
      return value + " <= " + operand(0);
    case Comparison::kBetween:
      return "(" + value + " > " + operand(0) + " AND " + value + " < " + operand(1) + ")";
    case Comparison::kNotBetween:
      return "(" + value + " <= " + operand(0) + " OR " + value + " >= " + operand(1) + ")";
    case Comparison::kIn:
      return listed(" IN ");
    case Comparison::kNotIn:
      return listed(" NOT IN ");
    case Comparison::kMatches:
      return "regexp_full_match(" + value + ", " + operand(0) + ")";
    case Comparison::kNotMatches:
      return "NOT regexp_full_match(" + value + ", " + operand(0) + ")";
  }
  return "false";
}

bool IsNegative(Comparison comparison) {
  return comparison == Comparison::kNotEqual || comparison == Comparison::kNotIn;
}

// The engine sorts NaN above all numbers; here it is neither above nor below any.
std::string GuardedAgainstNan(const Condition& condition, const std::string& value,
                              const std::string& comparison) {
  if (IsNegative(condition.comparison)) return comparison;
  return "(" + comparison + " AND NOT isnan(CAST(" + value + " AS DOUBLE)))";
}

Result<std::string> CompareNumbers(const Condition& condition, const duckdb::Column& column) {
  const std::string name = ColumnSql(column.name);
  const auto number = [](const Operand& operand) { return operand.text; };
  if (IsNumeric(column.type) && !IsFloating(column.type)) return Compare(condition, name, number);
  if (!IsFloating(column.type) && column.type != "VARCHAR") {
    return Error(Code::kUnprocessable,
                 "the column " + column.name + " is " + column.type + " and cannot be compared with numbers");
  }
  const std::string value = IsFloating(column.type) ? name : "TRY_CAST(" + name + " AS DOUBLE)";
  return GuardedAgainstNan(condition, value, Compare(condition, value, number));
}

Result<std::string> CompareTimes(const Condition& condition, const duckdb::Column& column, Timestamp now) {
  if (!IsDateOrTime(column.type) && column.type != "VARCHAR") {
    return Error(Code::kUnprocessable,
                 "the column " + column.name + " is " + column.type + " and cannot be compared with dates");
  }
  const bool zoned = column.type == "TIMESTAMP WITH TIME ZONE";
  const std::string value = zoned ? ColumnSql(column.name) + " AT TIME ZONE 'UTC'"
                                  : "TRY_CAST(" + ColumnSql(column.name) + " AS TIMESTAMP)";
  return Compare(condition, "(" + value + ")", [&](const Operand& operand) {
    if (operand.kind == Kind::kNow) return Millis(now + operand.span);
    return "CAST(" + QuoteLiteral(operand.text) + " AS TIMESTAMP)";
  });
}

// The texts to compare with; whether NULL, EMPTY and WHITESPACES_ONLY are among what is asked for is seen to
// elsewhere.
Result<std::string> CompareWithout(const Condition& condition, const duckdb::Column& column, Timestamp now) {
  const auto has = [&](Kind kind) {
    return std::any_of(condition.operands.begin(), condition.operands.end(),
                       [&](const Operand& operand) { return operand.kind == kind; });
  };
  if (has(Kind::kNumber)) return CompareNumbers(condition, column);
  const bool matches =
      condition.comparison == Comparison::kMatches || condition.comparison == Comparison::kNotMatches;
  const bool equality = condition.comparison == Comparison::kEqual ||
                        condition.comparison == Comparison::kIn || IsNegative(condition.comparison);
  const bool as_text =
      matches || has(Kind::kText) || (equality && !has(Kind::kNow) && !IsDateOrTime(column.type));
  if (!as_text) return CompareTimes(condition, column, now);
  return Compare(condition, TextOf(ColumnSql(column.name)),
                 [](const Operand& operand) { return QuoteLiteral(operand.text); });
}

std::string KeywordSql(Kind kind, const std::string& column) {
  if (kind == Kind::kNull) return column + " IS NULL";
  if (kind == Kind::kEmpty) return NeverNull(TextOf(column) + " = ''");
  return NeverNull("regexp_full_match(" + TextOf(column) + ", '\\s+')");
}

bool IsKeyword(const Operand& operand) {
  return operand.kind == Kind::kNull || operand.kind == Kind::kEmpty ||
         operand.kind == Kind::kWhitespacesOnly;
}

std::string CastSql(const std::string& type, const std::string& text) {
  std::string name;
  for (const char c : type) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (name == "STRING") return "true";
  if (name == "BOOLEAN") return "lower(" + text + ") IN ('true', 'false')";
  const char* engine_type = name == "BYTE"      ? "TINYINT"
                            : name == "SHORT"   ? "SMALLINT"
                            : name == "LONG"    ? "BIGINT"
                            : name == "DECIMAL" ? "DECIMAL(38, 10)"
                                                : name.c_str();
  const std::string cast = "TRY_CAST(" + text + " AS " + engine_type + ") IS NOT NULL";
  // The engine would round 1.5 to a whole number.
  const bool whole = name == "BYTE" || name == "SHORT" || name == "INTEGER" || name == "LONG";
  return whole ? "(regexp_full_match(" + text + ", '[+-]?[0-9]+') AND " + cast + ")" : cast;
}

}  // namespace

std::string ColumnSql(const std::string& name) { return "tarn_row." + duckdb::QuoteIdentifier(name); }

bool IsNumeric(const std::string& type) {
  for (const char* known : {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
                            "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE"}) {
    if (type == known) return true;
  }
  return type.starts_with("DECIMAL(");
}

Result<std::string> ValuesSql(const Condition& condition, const duckdb::Column& column, Timestamp now) {
  const std::string name = ColumnSql(column.name);
  const bool negative = IsNegative(condition.comparison);
  Condition plain = condition;
  std::erase_if(plain.operands, IsKeyword);
  std::string asked;  // true for the rows that have one of the values
  for (const Operand& operand : condition.operands) {
    if (IsKeyword(operand)) asked += (asked.empty() ? "" : " OR ") + KeywordSql(operand.kind, name);
  }
  std::string compared;
  if (!plain.operands.empty()) {
    TARN_ASSIGN(compared, CompareWithout(plain, column, now));
    compared = "coalesce(" + compared + (negative ? ", true)" : ", false)");
  }
  if (asked.empty()) return compared;
  if (negative) return "(NOT (" + asked + ")" + (compared.empty() ? "" : " AND " + compared) + ")";
  return "(" + asked + (compared.empty() ? "" : " OR " + compared) + ")";
}

std::string LengthSql(const Condition& condition, const duckdb::Column& column) {
  return Compare(condition, "coalesce(length(" + TextOf(ColumnSql(column.name)) + "), 0)",
                 [](const Operand& operand) { return operand.text; });
}

std::string DataTypeSql(const Condition& condition, const duckdb::Column& column) {
  const std::string text = TextOf(ColumnSql(column.name));
  std::string any;
  for (const Operand& operand : condition.operands)
    any += (any.empty() ? "" : " OR ") + CastSql(operand.text, text);
  return "(" + text + " IS NULL OR " + (IsNegative(condition.comparison) ? "NOT " : "") + "(" + any + "))";
}

Result<std::string> FreshnessSql(const Condition& condition, const duckdb::Column& column, Timestamp now) {
  if (!IsDateOrTime(column.type) && column.type != "VARCHAR") {
    return Error(Code::kUnprocessable,
                 "the column " + column.name + " is " + column.type + ", not a date or a time");
  }
  const bool zoned = column.type == "TIMESTAMP WITH TIME ZONE";
  const std::string time = zoned ? ColumnSql(column.name) + " AT TIME ZONE 'UTC'"
                                 : "TRY_CAST(" + ColumnSql(column.name) + " AS TIMESTAMP)";
  // An infinite time has no milliseconds.
  const std::string age = "(" + std::to_string(ToUnixMillis(now)) + " - CASE WHEN isfinite(" + time +
                          ") THEN epoch_ms(" + time + ") END)";
  return NeverNull(Compare(condition, age, [](const Operand& operand) {
    return std::to_string(std::chrono::milliseconds(operand.span).count());
  }));
}

}  // namespace tarn::dqdl

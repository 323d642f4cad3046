#include <algorithm>
#include <cctype>
#include <charconv>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using Kind = Expression::Kind;
using TypeKind = TrinoType::Kind;

// Digits before and after the point of "-0012.50": Trino counts no zeros in front, but at least one digit.
bool DecimalShape(std::string_view text, int* precision, int* scale) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c); });
  };
  if (!digits(whole) || !digits(fraction) || whole.size() + fraction.size() == 0) return false;
  const size_t zeros = std::min(whole.find_first_not_of('0'), whole.size());
  const int before = static_cast<int>(whole.size() - zeros);
  *scale = static_cast<int>(fraction.size());
  *precision = std::max(1, before + *scale);
  return *precision <= 38;
}

Value Simple(std::string sql, TrinoType type, std::optional<std::string> constant) {
  return {std::move(sql), std::move(type), std::move(constant), true};
}

// 2026-01-31
bool IsPlainDate(std::string_view text) {
  if (text.size() != 10 || text.starts_with("0000")) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

}  // namespace

Result<Value> Translator::Literal(const Expression& expression) {
  const std::string& text = expression.text;
  switch (expression.kind) {
    case Kind::kNull:
      return Simple("NULL", MakeType(TypeKind::kUnknown), std::nullopt);
    case Kind::kBoolean:
      return Simple(text, MakeType(TypeKind::kBoolean), text);
    case Kind::kString:
      return Simple(duckdb::QuoteLiteral(text), MakeType(TypeKind::kVarchar), text);
    case Kind::kBinary:
      return Simple("from_hex('" + text + "')", MakeType(TypeKind::kVarbinary), text);
    case Kind::kDouble:
      return Simple("CAST(" + text + " AS DOUBLE)", MakeType(TypeKind::kDouble), text);
    case Kind::kInteger: {
      int64_t number = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failure != std::errc()) {
        // The smallest bigint is read as a minus before a number that is too large.
        return Fault("the number is too large for a bigint; write it as DECIMAL '...'", expression);
      }
      TrinoType type = MakeType(number > 2147483647 ? TypeKind::kBigint : TypeKind::kInteger);
      return Simple("CAST(" + text + " AS " + type.DuckDbName() + ')', type, text);
    }
    case Kind::kDecimal: {
      int precision = 0, scale = 0;
      if (!DecimalShape(text, &precision, &scale))
        return Fault("a decimal has 38 digits at most", expression);
      TrinoType type = MakeType(TypeKind::kDecimal, precision, scale);
      return Simple("CAST('" + text + "' AS " + type.DuckDbName() + ')', type, text);
    }
    default:
      break;
  }
  if (expression.kind == Kind::kParameter) {
    // Of the type that its place asks for, as NULL is.
    return Simple("CAST($" + text + " AS VARCHAR)", MakeType(TypeKind::kUnknown), std::nullopt);
  }
  return Fault("not a literal", expression);
}

Result<Value> Translator::TypedLiteral(const Expression& expression) {
  const std::string quoted = duckdb::QuoteLiteral(expression.text);
  TrinoType type = expression.type;
  switch (type.kind) {
    case TypeKind::kVarchar:
    case TypeKind::kChar: {
      if (type.kind == TypeKind::kChar) type.precision = static_cast<int>(expression.text.size());
      return Simple(quoted, type, expression.text);
    }
    case TypeKind::kJson:
      return Make("tarn_json_parse(" + quoted + ')', type);
    case TypeKind::kDecimal: {
      if (!DecimalShape(expression.text, &type.precision, &type.scale))
        return Fault("not a decimal of 38 digits at most", expression);
      return Simple("CAST(" + quoted + " AS " + type.DuckDbName() + ')', type, expression.text);
    }
    case TypeKind::kTimestamp:
      return TimestampLiteral(expression);
    case TypeKind::kDate: {
      // The usual form is read alike everywhere, and as a plain cast it prunes partitions.
      if (IsPlainDate(expression.text)) return Simple("CAST(" + quoted + " AS DATE)", type, expression.text);
      TARN_ASSIGN(const std::string sql, CastSql(Make(quoted, MakeType(TypeKind::kVarchar)), type, expression));
      return Simple(sql, type, expression.text);
    }
    case TypeKind::kTime: {
      const size_t point = expression.text.find('.');
      type.precision = point == std::string::npos ? 0 : static_cast<int>(expression.text.size() - point - 1);
      if (expression.text.find_first_of("+-") != std::string::npos)
        return Fault("times with a zone are not supported", expression);
      if (type.precision > 6) return Fault("times have at most 6 digits of a second here", expression);
      return Simple("CAST(" + quoted + " AS TIME)", type, expression.text);
    }
    default: {
      // As a cast reads it, which is stricter than the engine's own literals.
      TARN_ASSIGN(const std::string sql, CastSql(Make(quoted, MakeType(TypeKind::kVarchar)), type, expression));
      return Simple(sql, type, expression.text);
    }
  }
}

// TIMESTAMP '2026-01-02 03:04:05.678 Europe/Berlin': the zone makes it a timestamp with time zone.
Result<Value> Translator::TimestampLiteral(const Expression& expression) {
  std::string text = expression.text;
  while (!text.empty() && text.back() == ' ') text.pop_back();
  const size_t clock = text.find(':');
  size_t end = clock == std::string::npos ? std::min(text.find(' '), text.size()) : clock;
  while (end < text.size() &&
         (std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == ':' || text[end] == '.'))
    ++end;
  const std::string local = text.substr(0, end);
  size_t zone_start = end;
  while (zone_start < text.size() && text[zone_start] == ' ') ++zone_start;
  const std::string zone = text.substr(zone_start);
  const size_t point = local.find('.');
  const int precision = point == std::string::npos ? 0 : static_cast<int>(local.size() - point - 1);
  if (precision > 6) return Fault("timestamps have at most 6 digits of a second here", expression);
  const std::string sql = "tarn_parse_timestamp(" + duckdb::QuoteLiteral(local) + ')';
  // DuckDB writes years of more digits in another way.
  if (!local.empty() && (local[0] == '-' || local[0] == '+'))
    return Fault("years before 1 are not supported", expression);
  if (local.find('-') > 4) return Fault("years after 9999 are not supported", expression);
  if (zone.empty()) return Simple(sql, MakeType(TypeKind::kTimestamp, precision), std::nullopt);
  TARN_ASSIGN(const std::string checked, CheckZone(zone, expression));
  return Make(InstantSql(sql, checked), TimestampTz(precision, checked));
}

Result<Value> Translator::IntervalLiteral(const Expression& expression) {
  std::string text = expression.text;
  bool negative = expression.words[0] == "-";
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative ^= text[0] == '-';
    text.erase(0, 1);
  }
  static const std::vector<std::string> kUnits = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
  static const std::vector<int64_t> kMicros = {0, 0, 86'400'000'000, 3'600'000'000, 60'000'000, 1'000'000};
  const size_t from = std::find(kUnits.begin(), kUnits.end(), expression.words[1]) - kUnits.begin();
  const size_t to = std::find(kUnits.begin(), kUnits.end(), expression.words[2]) - kUnits.begin();
  const bool months = from < 2;
  if (to < from || (months && to > 1))
    return Fault("an interval goes from YEAR to MONTH or from DAY to SECOND", expression);
  __int128 total = 0;
  size_t at = 0;
  for (size_t unit = from; unit <= to; ++unit) {
    uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (failure != std::errc() || number > 10'000'000'000ull)
      return Fault("not an interval: " + expression.text, expression);
    at = end - text.data();
    total += static_cast<__int128>(number) * (months ? (unit == 0 ? 12 : 1) : kMicros[unit]);
    if (unit == 5 && at < text.size() && text[at] == '.') {
      std::string fraction = text.substr(at + 1, 6);
      at = std::min(text.size(), at + 1 + fraction.size());
      const size_t digits = fraction.size();
      if (digits == 0 ||
          !std::all_of(fraction.begin(), fraction.end(), [](unsigned char c) { return std::isdigit(c); })) {
        return Fault("not an interval: " + expression.text, expression);
      }
      fraction.resize(6, '0');
      total += std::stoll(fraction);
    }
    if (unit == to) break;
    const char separator = months ? '-' : unit == 2 ? ' ' : ':';
    if (at >= text.size() || text[at++] != separator)
      return Fault("not an interval: " + expression.text, expression);
  }
  if (at != text.size() || total > INT64_MAX || (months && total > 120'000'000))
    return Fault("not an interval: " + expression.text, expression);
  const std::string number = (negative ? "-" : "") + std::to_string(static_cast<int64_t>(total));
  Value value = Make((months ? "to_months(CAST(" : "to_microseconds(CAST(") + number +
                         (months ? " AS INTEGER))" : " AS BIGINT))"),
                     MakeType(months ? TypeKind::kIntervalMonths : TypeKind::kIntervalTime));
  value.constant = number;
  return value;
}

}  // namespace tarn::query

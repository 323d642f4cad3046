#include <array>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

struct Unit {
  std::string_view name;
  int64_t milliseconds;  // 0 for those of the calendar
};

constexpr auto kUnits = std::to_array<Unit>({{"millisecond", 1},
                                             {"second", 1'000},
                                             {"minute", 60'000},
                                             {"hour", 3'600'000},
                                             {"day", 0},
                                             {"week", 0},
                                             {"month", 0},
                                             {"quarter", 0},
                                             {"year", 0}});

const Unit* FindUnit(std::string_view name) {
  for (const auto& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

}  // namespace

Result<std::string> Translator::UnitOf(const RuleCall& call, size_t argument) {
  const auto& constant = call.arguments[argument].constant;
  if (!constant) return Fault("the unit is a literal: 'day'", call.call);
  const std::string unit = FoldCase(*constant);
  const Unit* known = FindUnit(unit);
  if (!known) return Fault("not a unit of time: " + *constant, call.call);
  if (call.arguments.back().type.kind == TypeKind::kDate && known->milliseconds != 0)
    return Fault("a date has no unit " + unit, call.call);
  return unit;
}

Result<Value> Translator::TimeRule(std::string_view rule, RuleCall& call) {
  auto& arguments = call.arguments;
  const TrinoType varchar = MakeType(TypeKind::kVarchar);
  const std::string session = options_.session_zone;
  if (rule == "date_trunc") return DateTruncRule(call);
  if (rule == "date_diff") return DateDiffRule(call);
  if (rule == "date_add") return DateAddRule(call);
  if (rule == "now") return Make("now()", TimestampTz(3, session));
  if (rule == "localtimestamp") return Make(LocalSql("now()", session), MakeType(TypeKind::kTimestamp, 3));
  if (rule == "current_date")
    return Make("CAST(" + LocalSql("now()", session) + " AS DATE)", MakeType(TypeKind::kDate));
  if (rule == "current_timezone") return Make(duckdb::QuoteLiteral(session), varchar);
  // A zone as an interval: INTERVAL '03:04' HOUR TO MINUTE.
  const auto zone_of = [&](size_t index) -> Result<std::string> {
    const auto& argument = arguments[index];
    if (!argument.constant) return Fault("the time zone is a literal", call.call);
    if (argument.type.kind != TypeKind::kIntervalTime) return CheckZone(*argument.constant, call.call);
    const int64_t minutes = std::stoll(*argument.constant) / 60'000'000, size = std::abs(minutes);
    std::string zone = minutes < 0 ? "-" : "+";
    for (const int64_t part : {size / 60, size % 60})
      zone += (zone.size() > 1 ? ":" : "") + std::string(part < 10 ? "0" : "") + std::to_string(part);
    return CheckZone(zone, call.call);
  };
  if (rule == "at_timezone") {
    TARN_ASSIGN(const std::string zone, zone_of(1));
    if (arguments[0].type.kind == TypeKind::kUnknown)
      return Make("CAST(NULL AS TIMESTAMPTZ)", TimestampTz(3, zone));
    if (arguments[0].type.kind == TypeKind::kTimestamp) {
      return Make(InstantSql(arguments[0].sql, session), TimestampTz(arguments[0].type.precision, zone));
    }
    if (arguments[0].type.kind != TypeKind::kTimestampTz)
      return Fault("a time zone is for timestamps; this is " + arguments[0].type.Name(), call.call);
    return Make(arguments[0].sql, TimestampTz(arguments[0].type.precision, zone));
  }
  if (rule == "with_timezone") {
    TARN_ASSIGN(const std::string zone, zone_of(1));
    return Make(InstantSql(arguments[0].sql, zone), TimestampTz(arguments[0].type.precision, zone));
  }
  if (rule == "timezone") {
    if (arguments[0].type.zone.empty()) return Fault("the values have different time zones here", call.call);
    return Make("CASE WHEN " + arguments[0].sql + " IS NULL THEN NULL ELSE " +
                    duckdb::QuoteLiteral(arguments[0].type.zone) + " END",
                varchar);
  }
  if (rule == "from_unixtime") {
    std::string zone = session;
    if (arguments.size() == 2) {
      TARN_ASSIGN(zone, zone_of(1));
    }
    return Make(
        "timezone('UTC', make_timestamp(CAST(round(" + arguments[0].sql + " * 1000) AS BIGINT) * 1000))",
        TimestampTz(3, zone));
  }
  if (rule == "to_unixtime") {
    const Bindings bound = BindOnce({&arguments[0]});
    const std::string& instant = arguments[0].sql;
    // Summed as Trino sums: milliseconds and the rest apart.
    return Make(bound.head + "(CAST(epoch_ms(" + instant + ") AS DOUBLE) / 1e3 + CAST(epoch_us(" + instant +
                    ") - epoch_ms(" + instant + ") * 1000 AS DOUBLE) / 1e6)" + bound.tail,
                MakeType(TypeKind::kDouble));
  }
  if (rule == "from_iso8601_timestamp") {
    if (!arguments[0].constant) {
      return Make("make_timestamptz(tarn_iso_instant(" + arguments[0].sql + ", " +
                      duckdb::QuoteLiteral(session) + "))",
                  TimestampTz(3, ""));
    }
    const std::string& text = *arguments[0].constant;
    const size_t clock = text.find('T');
    const size_t sign = clock == std::string::npos ? clock : text.find_first_of("+-Z", clock);
    TARN_ASSIGN(const std::string zone,
                CheckZone(sign == std::string::npos ? session : text.substr(sign), call.call));
    return Make(InstantSql("tarn_iso_local(" + duckdb::QuoteLiteral(text.substr(0, sign)) + ')', zone),
                TimestampTz(3, zone));
  }
  if (rule == "parse_datetime") {
    return Make(
        InstantSql("tarn_parse_datetime(" + arguments[0].sql + ", " + arguments[1].sql + ')', session),
        TimestampTz(3, session));
  }
  if (rule == "local_date") {
    TARN_ASSIGN(const std::string local_time, LocalSql(arguments[0], call.call));
    return Make("CAST(" + local_time + " AS DATE)", MakeType(TypeKind::kDate));
  }
  // The rest formats a time.
  Value& time = arguments[0];
  std::string local = time.sql, offset = "CAST(NULL AS BIGINT)";
  if (time.type.kind == TypeKind::kTimestampTz) {
    const Bindings bound = BindOnce({&time});
    TARN_ASSIGN(local, LocalSql(time, call.call));
    offset = "((epoch_us(" + local + ") - epoch_us(" + time.sql + ")) // 60000000)";
    const std::string zone = duckdb::QuoteLiteral(time.type.zone);
    const std::string precision = std::to_string(time.type.precision);
    if (rule == "to_iso8601") {
      return Make(bound.head + "tarn_iso8601(epoch_us(" + local + "), CAST(" + precision + " AS BIGINT), " +
                      offset + ')' + bound.tail,
                  varchar);
    }
    if (rule == "date_format")
      return Make(
          bound.head + "tarn_date_format(epoch_us(" + local + "), " + arguments[1].sql + ')' + bound.tail,
          varchar);
    return Make(bound.head + "tarn_format_datetime(epoch_us(" + local + "), " + arguments[1].sql + ", " +
                    offset + ", " + zone + ')' + bound.tail,
                varchar);
  }
  if (rule == "to_iso8601") {
    if (time.type.kind == TypeKind::kDate) return Make("strftime(" + time.sql + ", '%Y-%m-%d')", varchar);
    return Make("tarn_iso8601(epoch_us(" + local + "), CAST(" + std::to_string(time.type.precision) +
                    " AS BIGINT), CAST(10000 AS BIGINT))",
                varchar);
  }
  if (rule == "date_format")
    return Make("tarn_date_format(epoch_us(CAST(" + local + " AS TIMESTAMP)), " + arguments[1].sql + ')',
                varchar);
  return Make("tarn_format_datetime(epoch_us(CAST(" + local + " AS TIMESTAMP)), " + arguments[1].sql +
                  ", CAST(10000 AS BIGINT), '')",
              varchar);
}

Result<Value> Translator::DateTruncRule(RuleCall& call) {
  TARN_ASSIGN(const std::string unit, UnitOf(call, 0));
  Value& time = call.arguments[1];
  const std::string head = "date_trunc('" + unit + "', ";
  if (time.type.kind == TypeKind::kDate) return Make("CAST(" + head + time.sql + ") AS DATE)", time.type);
  if (time.type.kind != TypeKind::kTimestampTz) return Make(head + time.sql + ')', time.type);
  const Bindings bound = BindOnce({&time});
  TARN_ASSIGN(const std::string local, LocalSql(time, call.call));
  const std::string truncated = head + local + ')';
  // Within a day the instant moves back by what the local clock does, also where clocks are set back.
  const std::string instant =
      FindUnit(unit)->milliseconds > 0
          ? '(' + time.sql + " - to_microseconds(epoch_us(" + local + ") - epoch_us(" + truncated + ")))"
          : InstantSql(truncated, time.type.zone);
  return Make(bound.head + instant + bound.tail, time.type);
}

Result<Value> Translator::DateDiffRule(RuleCall& call) {
  TARN_ASSIGN(const std::string unit, UnitOf(call, 0));
  Value &from = call.arguments[1], &to = call.arguments[2];
  const TrinoType bigint = MakeType(TypeKind::kBigint);
  const int64_t milliseconds = FindUnit(unit)->milliseconds;
  const TrinoType kind = from.type;
  if (milliseconds > 0) {
    return Make(
        "((epoch_ms(" + to.sql + ") - epoch_ms(" + from.sql + ")) // " + std::to_string(milliseconds) + ')',
        bigint);
  }
  std::string a = from.sql, b = to.sql;
  if (kind.kind == TypeKind::kTimestampTz) {
    if (kind.zone.empty()) return Fault("the values have different time zones here", call.call);
    // Trino counts in the zone of the first.
    a = LocalSql(from.sql, kind.zone);
    b = LocalSql(to.sql, kind.zone);
  }
  if (kind.kind != TypeKind::kDate) {
    a = "date_trunc('millisecond', " + a + ')';
    b = "date_trunc('millisecond', " + b + ')';
  }
  return Make("date_sub('" + unit + "', " + a + ", " + b + ')', bigint);
}

Result<Value> Translator::DateAddRule(RuleCall& call) {
  TARN_ASSIGN(const std::string unit, UnitOf(call, 0));
  Value& time = call.arguments[2];
  std::string number = call.arguments[1].sql;
  std::string function = "to_" + unit + "s(";
  if (unit == "quarter") {
    number = '(' + number + " * 3)";
    function = "to_months(";
  }
  const bool clock = FindUnit(unit)->milliseconds > 0;
  const std::string amount = function + "CAST(" + number + (clock ? " AS BIGINT))" : " AS INTEGER))");
  const TrinoType type = time.type;
  if (type.kind == TypeKind::kDate) return Make("CAST((" + time.sql + " + " + amount + ") AS DATE)", type);
  if (type.kind == TypeKind::kTimestamp || clock) {
    TrinoType result = type;
    if (unit == "millisecond") result.precision = std::max(3, result.precision);
    return Make('(' + time.sql + " + " + amount + ')', result);
  }
  TARN_ASSIGN(const std::string local, LocalSql(time, call.call));
  return Make(InstantSql('(' + local + " + " + amount + ')', type.zone), type);
}

// year, month, ... of dates, timestamps and intervals.
Result<Value> Translator::FieldRule(std::string_view rule, RuleCall& call) {
  Value& time = call.arguments[0];
  const TrinoType bigint = MakeType(TypeKind::kBigint);
  const std::string name(rule);
  if (time.type.kind == TypeKind::kIntervalTime || time.type.kind == TypeKind::kIntervalMonths) {
    static const std::map<std::string, std::string> kParts = {{"millisecond", "epoch_us($) // 1000 % 1000"},
                                                              {"second", "epoch_us($) // 1000000 % 60"},
                                                              {"minute", "epoch_us($) // 60000000 % 60"},
                                                              {"hour", "epoch_us($) // 3600000000 % 24"},
                                                              {"day", "epoch_us($) // 86400000000"}};
    if (time.type.kind == TypeKind::kIntervalMonths) {
      if (name != "year" && name != "month") return Fault("this interval has no " + name, call.call);
      return Make("date_part('" + name + "', " + time.sql + ')', bigint);
    }
    const auto part = kParts.find(name);
    if (part == kParts.end()) return Fault("this interval has no " + name, call.call);
    std::string sql = part->second;
    sql.replace(sql.find('$'), 1, time.sql);
    return Make("CAST(" + sql + " AS BIGINT)", bigint);
  }
  std::string local = time.sql;
  if (time.type.kind == TypeKind::kTimestampTz) {
    if (name == "timezone_hour" || name == "timezone_minute") {
      const Bindings bound = BindOnce({&time});
      TARN_ASSIGN(local, LocalSql(time, call.call));
      const std::string minutes = "((epoch_us(" + local + ") - epoch_us(" + time.sql + ")) // 60000000)";
      return Make(bound.head + "CAST(" + minutes + (name == "timezone_hour" ? " // 60" : " % 60") +
                      " AS BIGINT)" + bound.tail,
                  bigint);
    }
    TARN_ASSIGN(local, LocalSql(time, call.call));
  }
  if (name == "millisecond") return Make("(date_part('millisecond', " + local + ") % 1000)", bigint);
  return Make("date_part('" + name + "', " + local + ')', bigint);
}

}  // namespace tarn::query

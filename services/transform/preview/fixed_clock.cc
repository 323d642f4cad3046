#include "services/transform/preview/fixed_clock.h"

namespace tarn::transform {

Status FixClock(duckdb::Connection& connection, Timestamp now) {
  const std::string local = "epoch_ms(" + std::to_string(ToUnixMillis(now)) + ")";
  const std::string zoned = "CAST(" + duckdb::QuoteLiteral(FormatRfc3339(now)) + " AS TIMESTAMPTZ)";
  std::string macros;
  const auto define = [&](const char* name, const std::string& value) {
    macros += "CREATE MACRO main." + std::string(name) + "() AS " + value + ";";
  };
  // current_timestamp and the like are written without parentheses; the parser makes calls of them.
  for (const char* name : {"now", "get_current_timestamp", "transaction_timestamp"}) define(name, zoned);
  for (const char* name : {"current_date", "today"}) define(name, "CAST(" + local + " AS DATE)");
  define("current_localtimestamp", local);
  define("current_localtime", "CAST(" + local + " AS TIME)");
  define("get_current_time", "CAST(CAST(" + local + " AS TIME) AS TIMETZ)");
  return connection.Run(macros);
}

}  // namespace tarn::transform

#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "common/result/result.h"

namespace tarn::log {

enum class Level { kDebug, kInfo, kWarn, kError };
enum class Format { kJson, kText };

/// One `name: value` of a log line.
struct Field {
  using Value = std::variant<std::string, int64_t, double, bool>;

  Field(std::string_view field_name, std::string_view v) : name(field_name), value(std::string(v)) {}
  Field(std::string_view field_name, const std::string& v) : name(field_name), value(v) {}
  Field(std::string_view field_name, const char* v) : name(field_name), value(std::string(v)) {}
  Field(std::string_view field_name, bool v) : name(field_name), value(v) {}
  Field(std::string_view field_name, double v) : name(field_name), value(v) {}
  template <class Integer,
            class = std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>>>
  Field(std::string_view field_name, Integer v) : name(field_name), value(static_cast<int64_t>(v)) {}
  /// Shows an error as "code: message (where)".
  Field(std::string_view field_name, const Error& error);

  std::string_view name;
  Value value;
};
using Fields = std::initializer_list<Field>;

/// Writes one line to standard error with time, level, service, message, the current trace id and `fields`.
/// Thread-safe. Secrets must not be passed.
void Write(Level level, std::string_view message, Fields fields = {});
inline void Debug(std::string_view message, Fields fields = {}) { Write(Level::kDebug, message, fields); }
inline void Info(std::string_view message, Fields fields = {}) { Write(Level::kInfo, message, fields); }
inline void Warn(std::string_view message, Fields fields = {}) { Write(Level::kWarn, message, fields); }
inline void Failure(std::string_view message, Fields fields = {}) { Write(Level::kError, message, fields); }

/// Sets the service's name, the least level written, and the format. Call once, before threads start.
void Configure(std::string service, Level level, Format format);

/// Parses "debug", "info", "warn", "error" / "json", "text". Errors: kInvalidArgument.
Result<Level> ParseLevel(std::string_view text);
Result<Format> ParseFormat(std::string_view text);

/// Renders one line as Write would, without the line end; for tests.
std::string Render(Format format, Level level, std::string_view message, Fields fields);

}  // namespace tarn::log

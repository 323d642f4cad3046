#pragma once

#include <optional>
#include <string_view>

namespace tarn::query {

/// The SQL that a statement is written in.
enum class Dialect { kDuckDb, kAthena };

inline const char* DialectName(Dialect dialect) { return dialect == Dialect::kAthena ? "athena" : "duckdb"; }

inline std::optional<Dialect> ParseDialect(std::string_view name) {
  for (const Dialect dialect : {Dialect::kDuckDb, Dialect::kAthena}) {
    if (name == DialectName(dialect)) return dialect;
  }
  return std::nullopt;
}

}  // namespace tarn::query

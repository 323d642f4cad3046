#pragma once

#include <string>
#include <string_view>

namespace tarn::catalog {

/// Writes a name as Hive's and Athena's DDL does: "`order`", a back quote doubled.
std::string HiveName(std::string_view name);

/// Writes a text as Hive's and Athena's DDL does: "'it\'s'", control characters as \n, \t, \r or \u0001.
std::string HiveLiteral(std::string_view text);

/// Writes a name as Trino's and Athena's queries do: "\"order\"", a quote doubled.
std::string SqlName(std::string_view name);

}  // namespace tarn::catalog

#include "common/sql_gate/allowed_functions.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "common/text/lower_case.h"

namespace tarn::sql_gate {
namespace {

constexpr auto kTableFunctions = std::to_array<std::string_view>({
    "generate_series", "json_each", "json_tree", "pg_timezone_names", "range", "repeat", "repeat_row", "unnest",
});

// Every function whose name begins so is refused.
constexpr auto kRefusedPrefixes = std::to_array<std::string_view>({
    "__internal",       // the optimizer's own
    "current_",         // settings, schemas and transactions; dates are back in kAllowedAgain
    "duckdb_",          // catalog, settings and secrets
    "has_",             // pg_catalog's privileges
    "inet_",            // addresses of the server
    "json_deserialize", "json_execute", "json_serialize",  // other statements
    "parquet_",         // files
    "pg_",              // catalog; pg_sleep
    "pragma_",          // settings and catalog
    "read_",            // files
    "sleep",            // holds a statement's place without work
});

constexpr auto kRefusedNames = std::to_array<std::string_view>({
    "cast_to_type", "col_description", "create_sort_key", "currval", "format_pg_type", "format_type",
    "get_block_size", "get_type", "getenv", "getvariable", "glob", "in_search_path", "make_type",
    "map_to_pg_oid", "nextval", "obj_description", "parse_duckdb_log_message", "query", "query_table",
    "replace_type", "session_user", "shobj_description", "stats", "txid_current", "user", "vector_type",
    "which_secret", "write_log",
});

constexpr auto kAllowedAgain = std::to_array<std::string_view>({
    "current_date", "current_localtime", "current_localtimestamp", "pg_size_pretty", "pg_typeof",
});

// Functions of the SELECT list that the engine expands itself and does not list.
constexpr auto kBuiltIn = std::to_array<std::string_view>({"unnest", "unlist", "coalesce", "nullif", "ifnull", "alias"});

template <size_t kSize>
bool Has(const std::array<std::string_view, kSize>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Refused(std::string_view name) {
  if (Has(kAllowedAgain, name)) return false;
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return Has(kRefusedNames, name) || std::any_of(kRefusedPrefixes.begin(), kRefusedPrefixes.end(), begins);
}

}  // namespace

Result<AllowedFunctions> AllowedFunctions::Load(duckdb::Connection& connection) {
  TARN_ASSIGN(const auto rows, connection.Rows("SELECT DISTINCT lower(function_name) AS name FROM duckdb_functions() "
                                               "WHERE function_type IN ('scalar', 'aggregate', 'macro')"));
  AllowedFunctions functions;
  for (const auto& row : rows) {
    std::string name = row["name"];
    if (!Refused(name)) functions.scalars_.insert(std::move(name));
  }
  for (const std::string_view name : kBuiltIn) functions.scalars_.emplace(name);
  return functions;
}

bool AllowedFunctions::Scalar(std::string_view name) const { return scalars_.contains(text::LowerCase(name)); }

bool AllowedFunctions::Table(std::string_view name) const { return Has(kTableFunctions, text::LowerCase(name)); }

}  // namespace tarn::sql_gate

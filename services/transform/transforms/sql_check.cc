#include "services/transform/transforms/sql_check.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::transform {
namespace {

// DuckDB tells the byte offset of a syntax error as text.
std::string LineOf(const std::string& sql, const std::string& position) {
  size_t offset = 0;
  std::from_chars(position.data(), position.data() + position.size(), offset);
  offset = std::min(offset, sql.size());
  return "line " +
         std::to_string(1 + std::count(sql.begin(), sql.begin() + static_cast<ptrdiff_t>(offset), '\n'));
}

}  // namespace

Result<std::unique_ptr<SqlCheck>> SqlCheck::Open() {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = 64ull << 20;
  options.threads = 1;
  TARN_ASSIGN(auto instance, duckdb::Instance::Open(options));
  TARN_ASSIGN(auto connection, instance->Connect());
  return std::unique_ptr<SqlCheck>(new SqlCheck(std::move(instance), std::move(connection)));
}

Status SqlCheck::IsPattern(const std::string& pattern) {
  std::lock_guard lock(mutex_);
  const auto matched =
      connection_->Rows("SELECT regexp_full_match('', CAST($1 AS VARCHAR)) AS matches", {pattern});
  if (!matched.ok())
    return Error(Code::kInvalidArgument, "not a regular expression: " + matched.error().message());
  return Ok();
}

Status SqlCheck::IsOneSelect(const std::string& sql) {
  std::lock_guard lock(mutex_);
  TARN_ASSIGN(
      auto rows,
      connection_->Rows("SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR) AS tree", {sql}));
  // A deeply nested expression makes a deeper tree; the engine's own limit comes first.
  TARN_ASSIGN(auto tree,
              json::Parse(rows.at(0).at("tree").get_ref<const std::string&>(), {.max_depth = 10'000}));
  if (tree.value("error", false)) {
    const std::string type = tree.value("error_type", "");
    if (type == "not implemented") return Error(Code::kInvalidArgument, "only a SELECT is allowed here");
    return Error(Code::kInvalidArgument, tree.value("error_message", "the SQL cannot be parsed"))
        .At(LineOf(sql, tree.value("position", "0")));
  }
  const size_t statements = tree.at("statements").size();
  if (statements != 1) {
    return Error(Code::kInvalidArgument,
                 "expected one SELECT, got " + std::to_string(statements) + " statements");
  }
  return Ok();
}

}  // namespace tarn::transform

#include "services/transform/transforms/sql_check.h"

#include <set>
#include <utility>

#include "common/text/lower_case.h"

namespace tarn::transform {
namespace {

using sql_gate::CheckedStatement;
using sql_gate::TableReference;

// Names compare without case, as the engine's do.
std::pair<std::string, std::string> Key(const TableReference& reference) {
  return {text::LowerCase(reference.database), text::LowerCase(reference.table)};
}

std::string Shown(const TableReference& reference) {
  return (reference.database.empty() ? "" : reference.database + ".") + reference.table;
}

Error Invalid(const Error& error) { return Error(Code::kInvalidArgument, error.message()).At(error.where()); }

Status CheckKind(const CheckedStatement& checked) {
  if (checked.show || checked.describes)
    return Error(Code::kInvalidArgument, "only a SELECT is allowed here");
  if (checked.has_parameters)
    return Error(Code::kInvalidArgument, "nobody gives values to ? and $1 here; write {{ param('name') }}");
  return Ok();
}

}  // namespace

Result<std::unique_ptr<SqlCheck>> SqlCheck::Open() {
  TARN_ASSIGN(auto gate, sql_gate::Gate::Open());
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = 64ull << 20;
  options.threads = 1;
  TARN_ASSIGN(auto instance, duckdb::Instance::Open(options));
  TARN_ASSIGN(auto connection, instance->Connect());
  return std::unique_ptr<SqlCheck>(new SqlCheck(std::move(gate), std::move(instance), std::move(connection)));
}

Status SqlCheck::IsPattern(const std::string& pattern) {
  std::lock_guard lock(mutex_);
  const auto matched =
      connection_->Rows("SELECT regexp_full_match('', CAST($1 AS VARCHAR)) AS matches", {pattern});
  if (!matched.ok())
    return Error(Code::kInvalidArgument, "not a regular expression: " + matched.error().message());
  return Ok();
}

Status SqlCheck::IsOneSelect(const std::string& sql, const std::vector<std::string>& relations,
                             const std::string& source) {
  const auto checked = gate_->Check(sql);
  if (!checked.ok()) return Invalid(checked.error());
  TARN_TRY(CheckKind(*checked));

  // The same parser reads the names on both sides, so quotes and case make no difference.
  std::set<std::pair<std::string, std::string>> readable;
  for (const std::string& relation : relations) {
    const auto named = gate_->Check("FROM " + relation);
    if (!named.ok()) return Invalid(named.error());
    for (const TableReference& reference : named->tables) readable.insert(Key(reference));
  }
  for (const TableReference& reference : checked->tables) {
    if (readable.contains(Key(reference))) continue;
    Error error(Code::kInvalidArgument,
                "there is nothing to read by this name; " + source + ": " + Shown(reference));
    if (reference.position > sql.size()) return error;
    return std::move(error).At(duckdb::DescribePosition(sql, reference.position));
  }
  return Ok();
}

}  // namespace tarn::transform

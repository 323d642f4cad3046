#include "services/query/statements/statement_runner.h"

namespace tarn::query {
namespace {

// What a workgroup may keep for later.
Status CheckPreparable(const Command& command) {
  const bool can = std::holds_alternative<QueryStatement>(command) ||
                   std::holds_alternative<UnloadStatement>(command) ||
                   std::holds_alternative<InsertStatement>(command) ||
                   std::holds_alternative<CreateTableAsStatement>(command);
  if (can) return Ok();
  return Error(Code::kUnprocessable, "queries, INSERT INTO, CREATE TABLE ... AS and UNLOAD can be prepared");
}

const std::string& WorkgroupOf(const StatementRequest& request) {
  static const std::string kPrimary = kPrimaryWorkgroup;
  return request.workgroup.empty() ? kPrimary : request.workgroup;
}

duckdb::Parameter ParameterOf(const std::optional<std::string>& value) {
  return value ? duckdb::Parameter(*value) : duckdb::Parameter();
}

}  // namespace

Status StatementRunner::CheckPrepared(const StatementRequest& inner) {
  TARN_ASSIGN(const Command command, ReadCommand(inner.sql, inner.dialect));
  TARN_TRY(CheckPreparable(command));
  return CheckCommand(command, inner);
}

Result<StartedStatement> StatementRunner::StartPrepared(const PrepareStatement& prepare,
                                                        const StatementRequest& request,
                                                        std::stop_token cancelled) {
  StatementRequest inner = request;
  inner.sql = prepare.query.InPlace(request.sql);
  TARN_TRY(CheckPrepared(inner));
  TARN_TRY(parts_.prepared.Put(WorkgroupOf(request), prepare.name, {prepare.query.text, request.dialect}));
  return StartListing(Done(), cancelled);
}

Result<PreparedStatements::Prepared> StatementRunner::FindPrepared(const ExecuteStatement& execute,
                                                                   const StatementRequest& request) {
  return parts_.prepared.Get(WorkgroupOf(request), execute.name);
}

Result<StartedStatement> StatementRunner::StartPrepared(const ExecuteStatement& execute,
                                                        const StatementRequest& request,
                                                        std::stop_token cancelled) {
  TARN_ASSIGN(const auto prepared, FindPrepared(execute, request));
  StatementRequest inner = request;
  inner.sql = prepared.sql;
  inner.dialect = prepared.dialect;
  if (execute.has_values) inner.parameters.clear();
  for (const auto& value : execute.values) inner.parameters.push_back(ParameterOf(value));
  TARN_TRY(CheckPrepared(inner));
  TARN_ASSIGN(const Command command, ReadCommand(inner.sql, inner.dialect));
  return StartCommand(command, inner, cancelled);
}

Result<StartedStatement> StatementRunner::StartPrepared(const DeallocateStatement& deallocate,
                                                        const StatementRequest& request,
                                                        std::stop_token cancelled) {
  TARN_TRY(parts_.prepared.Remove(WorkgroupOf(request), deallocate.name));
  return StartListing(Done(), cancelled);
}

}  // namespace tarn::query

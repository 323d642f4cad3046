#include "common/ids/ulid.h"
#include "services/query/ddl/catalog_commands.h"
#include "services/query/statements/statement_runner.h"

namespace tarn::query {
namespace {

StatementRequest Inner(const StatementRequest& request, const InnerText& query) {
  StatementRequest inner = request;
  inner.sql = query.InPlace(request.sql);
  return inner;
}

std::string WriteId(const StatementRequest& request) {
  return request.write_id.empty() ? NewUlid() : request.write_id;
}

Error AtName(const Error& error, const ObjectName& name, const StatementRequest& request) {
  if (!error.where().empty()) return error;
  return Error(error).At(duckdb::DescribePosition(request.sql, name.position));
}

}  // namespace

// One row that says how many rows were written. Nobody can stop the statement any more.
Result<StartedStatement> StatementRunner::Written(StartedStatement started, int64_t rows) {
  EngineStatement statement;
  statement.sql = "SELECT " + std::to_string(rows) + "::BIGINT AS \"rows\"";
  started.is_final = true;
  TARN_ASSIGN(started.execution, engine_.Start(std::move(statement), {}));
  return started;
}

Result<std::optional<int64_t>> StatementRunner::FindDone(const StatementRequest& request,
                                                         std::stop_token cancelled) {
  if (request.write_id.empty()) return std::optional<int64_t>();
  return parts_.writer.FindDone(request.write_id, cancelled);
}

Result<ObjectName> StatementRunner::FullName(const ObjectName& name, const StatementRequest& request) {
  return Commands(request, {}).Full(name);
}

CatalogCommands StatementRunner::Commands(const StatementRequest& request, std::stop_token cancelled) {
  return {{parts_.catalog, parts_.rest, binder_}, request.sql, request.database, request.dialect, cancelled};
}

Result<StartedStatement> StatementRunner::StartWrite(const CreateTableAsStatement& create,
                                                     const StatementRequest& request,
                                                     std::stop_token cancelled) {
  TARN_ASSIGN(const auto done, FindDone(request, cancelled));
  if (done) return Written({}, *done);
  const StatementRequest inner = Inner(request, create.query);
  TARN_TRY(CheckQuery(inner));
  TARN_ASSIGN(const ObjectName table, FullName(create.table, request));
  TARN_TRY(Commands(request, cancelled).NeedDatabase(table));
  const auto free = parts_.writer.CanCreate(table, create.options, cancelled);
  if (!free.ok()) return AtName(free.error(), table, request);
  if (!*free && create.if_not_exists) return Written({}, 0);
  if (!*free) {
    const std::string shown = table.database + '.' + table.name;
    return AtName(Error(Code::kConflict, "there is a table of that name already: " + shown), table, request);
  }
  TARN_ASSIGN(auto started, StartQuery(inner, "", cancelled));
  TARN_ASSIGN(const int64_t rows, parts_.writer.CreateTable(table, create.options, create.no_data,
                                                            *started.execution, WriteId(request), cancelled));
  return Written(std::move(started), rows);
}

Result<StartedStatement> StatementRunner::StartWrite(const InsertStatement& insert,
                                                     const StatementRequest& request,
                                                     std::stop_token cancelled) {
  TARN_ASSIGN(const auto done, FindDone(request, cancelled));
  if (done) return Written({}, *done);
  const StatementRequest inner = Inner(request, insert.query);
  TARN_TRY(CheckQuery(inner));
  TARN_ASSIGN(const ObjectName table, FullName(insert.table, request));
  const auto target = parts_.writer.FindTarget(insert, table, cancelled);
  if (!target.ok()) return AtName(target.error(), table, request);
  TARN_ASSIGN(auto started, StartQuery(inner, "", cancelled));
  TARN_ASSIGN(const int64_t rows,
              parts_.writer.Insert(*target, *started.execution, WriteId(request), cancelled));
  return Written(std::move(started), rows);
}

Result<StartedStatement> StatementRunner::StartWrite(const UnloadStatement& unload,
                                                     const StatementRequest& request,
                                                     std::stop_token cancelled) {
  TARN_ASSIGN(const auto done, FindDone(request, cancelled));
  if (done) return Written({}, *done);
  const StatementRequest inner = Inner(request, unload.query);
  TARN_TRY(CheckQuery(inner));
  TARN_TRY(parts_.writer.CheckPlace(unload.options.location));
  TARN_ASSIGN(auto started, StartQuery(inner, "", cancelled));
  TARN_ASSIGN(const int64_t rows,
              parts_.writer.Unload(unload.options, *started.execution, WriteId(request), cancelled));
  return Written(std::move(started), rows);
}

}  // namespace tarn::query

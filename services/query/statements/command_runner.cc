#include "services/query/ddl/catalog_commands.h"
#include "services/query/statements/plan_text.h"
#include "services/query/statements/statement_runner.h"
#include "services/query/system_tables/reserved_names.h"

namespace tarn::query {
namespace {

template <class T>
constexpr bool kIsCatalogs =
    std::is_same_v<T, ShowStatement> || std::is_same_v<T, DatabaseStatement> ||
    std::is_same_v<T, CreateTableStatement> || std::is_same_v<T, DropTableStatement> ||
    std::is_same_v<T, AlterTableStatement> || std::is_same_v<T, CreateViewStatement>;

const std::string& DatabaseOf(const ShowStatement& show, const StatementRequest& request) {
  return show.database.empty() ? request.database : show.database;
}

bool ShowsSystem(const ShowStatement& show, const StatementRequest& request) {
  return show.what == ShowStatement::What::kTables && IsReservedDatabase(DatabaseOf(show, request));
}

Listing SystemNames(const SystemTables& tables, const ShowStatement& show, const StatementRequest& request) {
  Listing listing{{"table"}};
  for (const auto& name : tables.Names(DatabaseOf(show, request))) {
    if (MatchesPattern(name, show.pattern, show.is_like)) listing.rows.push_back({name});
  }
  return listing;
}

StatementRequest Inner(const StatementRequest& request, const InnerText& query) {
  StatementRequest inner = request;
  inner.sql = query.InPlace(request.sql);
  return inner;
}

}  // namespace

Status StatementRunner::Check(const StatementRequest& request) {
  TARN_TRY(sql_gate::CheckText(request.sql));
  TARN_ASSIGN(const Command command, ReadCommand(request.sql, request.dialect));
  return CheckCommand(command, request);
}

Status StatementRunner::CheckCommand(const Command& command, const StatementRequest& request) {
  return std::visit(
      [&]<class T>(const T& statement) -> Status {
        if constexpr (std::is_same_v<T, QueryStatement>) {
          return CheckQuery(request);
        } else if constexpr (std::is_same_v<T, PrepareStatement>) {
          return CheckPrepared(Inner(request, statement.query));
        } else if constexpr (requires { statement.query; }) {
          return CheckQuery(Inner(request, statement.query));
        } else {
          return Ok();
        }
      },
      command);
}

Result<StartedStatement> StatementRunner::Start(const StatementRequest& request, std::stop_token cancelled) {
  TARN_TRY(sql_gate::CheckText(request.sql));
  TARN_ASSIGN(const Command command, ReadCommand(request.sql, request.dialect));
  return StartCommand(command, request, cancelled);
}

Effect StatementRunner::EffectOf(const StatementRequest& request) {
  const auto command = ReadCommand(request.sql, request.dialect);
  if (!command.ok()) return Effect::kNone;
  const auto* execute = std::get_if<ExecuteStatement>(&*command);
  if (!execute) return query::EffectOf(*command);
  const auto prepared = FindPrepared(*execute, request);
  if (!prepared.ok()) return Effect::kNone;
  const auto inner = ReadCommand(prepared->sql, prepared->dialect);
  return inner.ok() ? query::EffectOf(*inner) : Effect::kNone;
}

Result<StartedStatement> StatementRunner::StartCommand(const Command& command,
                                                       const StatementRequest& request,
                                                       std::stop_token cancelled) {
  const Effect effect = query::EffectOf(command);
  if (request.only_reads && effect != Effect::kNone && effect != Effect::kOther)
    return Error(Code::kUnprocessable, "only statements that read can be run so; POST runs the others");
  return std::visit(
      [&]<class T>(const T& statement) -> Result<StartedStatement> {
        if constexpr (std::is_same_v<T, QueryStatement>) {
          return StartQuery(request, "", cancelled);
        } else if constexpr (std::is_same_v<T, ExplainStatement>) {
          const StatementRequest inner = Inner(request, statement.query);
          return statement.analyze ? StartAnalyze(inner, cancelled)
                                   : StartQuery(inner, "EXPLAIN ", cancelled);
        } else if constexpr (kIsCatalogs<T>) {
          if constexpr (std::is_same_v<T, ShowStatement>) {
            if (ShowsSystem(statement, request))
              return StartListing(SystemNames(parts_.system_tables, statement, request), cancelled);
          }
          CatalogCommands commands = Commands(request, cancelled);
          TARN_ASSIGN(const Listing listing, commands.Run(statement));
          return StartListing(listing, cancelled);
        } else if constexpr (requires { StartWrite(statement, request, cancelled); }) {
          return StartWrite(statement, request, cancelled);
        } else {
          return StartPrepared(statement, request, cancelled);
        }
      },
      command);
}

Result<StartedStatement> StatementRunner::StartAnalyze(const StatementRequest& inner,
                                                       std::stop_token cancelled) {
  TARN_ASSIGN(auto started, StartQuery(inner, "EXPLAIN ANALYZE ", cancelled));
  Listing listing{{"explain_key", "explain_value"}};
  while (true) {
    TARN_ASSIGN(const auto chunk, started.execution->Next());
    if (!chunk) break;
    for (size_t row = 0; row < chunk->rows(); ++row)
      listing.rows.push_back({chunk->Text(row, 0), WithoutFileNames(chunk->Text(row, 1))});
  }
  TARN_ASSIGN(auto shown, StartListing(listing, cancelled));
  started.execution = std::move(shown.execution);
  return started;
}

Result<StartedStatement> StatementRunner::StartListing(const Listing& listing, std::stop_token cancelled) {
  EngineStatement statement;
  statement.sql = ListingSql(listing);
  StartedStatement started;
  TARN_ASSIGN(started.execution, engine_.Start(std::move(statement), cancelled));
  return started;
}

}  // namespace tarn::query

#include "services/query/app.h"

#include <filesystem>
#include <string>

#include "common/catalog_client/catalog_client.h"
#include "common/idempotency/idempotency_store.h"
#include "common/logging/log.h"
#include "common/object_store/local_object_store.h"
#include "common/pipelines/pipelines.h"
#include "common/sql_gate/gate.h"
#include "common/sqlite/database.h"
#include "services/query/catalog/table_endpoint.h"
#include "services/query/engine/duckdb_engine.h"
#include "services/query/functions/extension_functions.h"
#include "services/query/routes.h"
#include "services/query/saved_queries/saved_query_endpoints.h"
#include "services/query/statements/sql_endpoint.h"
#include "services/query/statements/statements_table.h"
#include "services/query/workgroups/workgroup_endpoints.h"

namespace tarn::query {

extern const std::string_view kOpenApi;

namespace {

// What must be open before the rest can be built on it.
struct Foundation {
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<object_store::ObjectStore> store;
  std::unique_ptr<sql_gate::Gate> gate;
  std::unique_ptr<ResultFiles> results;
  std::unique_ptr<RowWriter> rows;
  std::optional<PageTokens> tokens;
  std::filesystem::path temp;
};

constexpr std::chrono::seconds kWatchInterval(2);

Result<Foundation> OpenFoundation(const service::CommonOptions& common) {
  Foundation foundation;
  TARN_ASSIGN(foundation.store, object_store::OpenLocalStore({common.lake(), "query"}));
  std::error_code failure;
  std::filesystem::create_directories(common.state(), failure);
  TARN_ASSIGN(foundation.database, sqlite::Database::Open(common.state() / "query.db"));
  TARN_TRY(foundation.database->Migrate(
      {StatementStore::kMigration, IdempotencyStore::kMigration, StatementStore::kDialectMigration,
       StatementStore::kWorkgroupMigration, WorkgroupStore::kMigration, PageTokens::kMigration,
       SavedQueries::kMigration, PreparedStatements::kMigration, WriteJournal::kMigration,
       WriteJournal::kRecordMigration, RequestIds::kMigration}));
  TARN_ASSIGN(foundation.tokens, PageTokens::Open(*foundation.database));
  TARN_ASSIGN(foundation.gate, sql_gate::Gate::Open(ExtensionFunctions()));
  TARN_ASSIGN(foundation.results, ResultFiles::Open(*foundation.store));
  TARN_ASSIGN(foundation.rows, RowWriter::Open(*foundation.store));
  foundation.temp = common.state() / "query.tmp";
  std::filesystem::remove_all(foundation.temp, failure);  // what a killed process left
  std::filesystem::create_directories(foundation.temp, failure);
  if (failure)
    return Error(Code::kInternal, "cannot make the directory for temporary files: " + failure.message());
  return foundation;
}

// The primary workgroup may have every place that there is.
WorkgroupDefinition Primary(const QueryOptions& options) {
  WorkgroupDefinition primary = options.primary;
  primary.max_running = options.max_running;
  return primary;
}

class QueryApp : public service::App {
 public:
  // Members in the order of dependency: workgroups have the engines, the parts are what runs a statement in
  // one of them; the queue and the endpoints need those.
  QueryApp(const service::CommonOptions& common, const QueryOptions& options, metrics::Registry& registry,
           Foundation foundation)
      : registry_(registry),
        pipelines_(common.pipelines),
        foundation_(std::move(foundation)),
        catalog_(options.catalog_url),
        rest_(options.catalog_url),
        prepared_(*foundation_.database),
        journal_(*foundation_.database),
        writer_({*foundation_.store, catalog_, rest_, *foundation_.rows, journal_}),
        stored_workgroups_(*foundation_.database),
        workgroups_(
            Primary(options), [this](const WorkgroupDefinition& workgroup) { return MakeEngine(workgroup); },
            stored_workgroups_, *foundation_.store, common.pipelines),
        admission_(options.max_running),
        requests_(*foundation_.database),
        metrics_(registry),
        statements_(*foundation_.database),
        system_tables_({options.extract_url, options.transform_url, options.catalog_url}, *foundation_.store,
                       {StatementsTable(statements_)}),
        parts_{{*foundation_.gate, catalog_, rest_, probe_, system_tables_, prepared_, writer_},
               workgroups_,
               *foundation_.results,
               admission_,
               requests_,
               metrics_},
        queue_(options.queue, parts_, statements_),
        idempotency_(*foundation_.database),
        sql_(parts_, queue_),
        queries_(queue_, *foundation_.results, *foundation_.tokens),
        saved_(*foundation_.database, common.pipelines),
        saved_endpoints_(saved_, queue_, sql_),
        workgroup_endpoints_(workgroups_, [this](const std::string& workgroup) { return LoadOf(workgroup); }),
        tables_(catalog_) {}

  Status Load() {
    TARN_TRY(workgroups_.Reload());
    return saved_.Reload();
  }

  ~QueryApp() override { Stopping(); }

  http::Router MakeRouter() override {
    http::Router router;
    service::AddOperationalRoutes(router, registry_, kOpenApi,
                                  {{"catalog", [this] { return catalog_.Ping(); }},
                                   {"object_store", [this] { return StoreAnswers(); }}});
    AddRoutes(router, sql_, queries_, saved_endpoints_, workgroup_endpoints_, tables_, idempotency_);
    return router;
  }

  Status Started(uint16_t) override {
    TARN_TRY(writer_.Start());
    TARN_TRY(queue_.Start());
    watcher_ = pipelines::Watcher::Start(pipelines_, kWatchInterval, [this] {
      if (const auto loaded = Load(); !loaded.ok())
        log::Failure("cannot load the pipelines' files again", {{"error", loaded.error()}});
    });
    return Ok();
  }

  void Stopping() override {
    watcher_.reset();
    queue_.Stop();
    writer_.Stop();
  }

 private:
  Result<std::unique_ptr<Engine>> MakeEngine(const WorkgroupDefinition& workgroup) {
    DuckDbEngineOptions options;
    options.memory_bytes = workgroup.memory_bytes;
    options.temp_bytes = workgroup.temp_bytes;
    options.threads = workgroup.threads;
    options.temp_directory = foundation_.temp;
    return OpenDuckDbEngine(options, *foundation_.store);
  }

  Result<WorkgroupEndpoints::Load> LoadOf(const std::string& workgroup) {
    TARN_ASSIGN(const int64_t queued, statements_.CountQueued(workgroup));
    return WorkgroupEndpoints::Load{admission_.running(workgroup), admission_.waiting(workgroup), queued};
  }

  Status StoreAnswers() {
    TARN_TRY(foundation_.store->Health());
    TARN_ASSIGN(const int64_t last, foundation_.store->LastSequence());
    (void)last;
    return Ok();
  }

  metrics::Registry& registry_;
  const std::filesystem::path pipelines_;
  Foundation foundation_;
  catalog_client::CatalogClient catalog_;
  catalog_client::CatalogRest rest_;
  SchemaProbe probe_;
  PreparedStatements prepared_;
  WriteJournal journal_;
  TableWriter writer_;
  WorkgroupStore stored_workgroups_;
  Workgroups workgroups_;
  Admission admission_;
  RequestIds requests_;
  StatementMetrics metrics_;
  StatementStore statements_;
  SystemTables system_tables_;
  StatementParts parts_;
  StatementQueue queue_;
  IdempotencyStore idempotency_;
  SqlEndpoint sql_;
  QueryEndpoints queries_;
  SavedQueries saved_;
  SavedQueryEndpoints saved_endpoints_;
  WorkgroupEndpoints workgroup_endpoints_;
  TableEndpoint tables_;
  std::unique_ptr<pipelines::Watcher> watcher_;
};

}  // namespace

Result<std::unique_ptr<service::App>> OpenApp(const service::CommonOptions& common,
                                              const QueryOptions& options, metrics::Registry& metrics) {
  TARN_ASSIGN(auto foundation, OpenFoundation(common));
  auto app = std::make_unique<QueryApp>(common, options, metrics, std::move(foundation));
  TARN_TRY(app->Load());
  return std::unique_ptr<service::App>(std::move(app));
}

}  // namespace tarn::query

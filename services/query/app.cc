#include "services/query/app.h"

#include <filesystem>
#include <string>

#include "common/catalog_client/catalog_client.h"
#include "common/idempotency/idempotency_store.h"
#include "common/object_store/local_object_store.h"
#include "common/sql_gate/gate.h"
#include "common/sqlite/database.h"
#include "services/query/catalog/table_endpoint.h"
#include "services/query/functions/extension_functions.h"
#include "services/query/routes.h"
#include "services/query/statements/result_file.h"

namespace tarn::query {

extern const std::string_view kOpenApi;

namespace {

// What must be open before the rest can be built on it.
struct Foundation {
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<object_store::ObjectStore> store;
  std::unique_ptr<sql_gate::Gate> gate;
  std::unique_ptr<Engine> engine;
};

Result<Foundation> OpenFoundation(const service::CommonOptions& common, const QueryOptions& options) {
  Foundation foundation;
  TARN_ASSIGN(foundation.store, object_store::OpenLocalStore({common.lake(), "query"}));
  TARN_TRY(foundation.store->EnsureBucket(ResultFile::kBucket));
  std::error_code failure;
  std::filesystem::create_directories(common.state(), failure);
  TARN_ASSIGN(foundation.database, sqlite::Database::Open(common.state() / "query.db"));
  TARN_TRY(foundation.database->Migrate({StatementStore::kMigration, IdempotencyStore::kMigration, StatementStore::kDialectMigration}));
  TARN_ASSIGN(foundation.gate, sql_gate::Gate::Open(ExtensionFunctions()));
  DuckDbEngineOptions engine = options.engine;
  engine.temp_directory = common.state() / "query.tmp";
  TARN_ASSIGN(foundation.engine, OpenDuckDbEngine(engine, *foundation.store));
  return foundation;
}

class QueryApp : public service::App {
 public:
  // Members in the order of dependency: the runner needs gate, catalog and engine; the queue and the endpoints need it.
  QueryApp(const QueryOptions& options, metrics::Registry& registry, Foundation foundation)
      : registry_(registry),
        foundation_(std::move(foundation)),
        catalog_(options.catalog_url),
        runner_(*foundation_.gate, catalog_, *foundation_.engine),
        admission_(options.queue.workers, options.max_waiting),
        metrics_(registry),
        statements_(*foundation_.database),
        queue_(options.queue, runner_, statements_, *foundation_.store, admission_, metrics_),
        idempotency_(*foundation_.database),
        sql_(runner_, admission_, metrics_, options.queue.limits.timeout),
        queries_(queue_, *foundation_.store),
        tables_(catalog_) {}

  ~QueryApp() override { Stopping(); }

  http::Router MakeRouter() override {
    http::Router router;
    service::AddOperationalRoutes(router, registry_, kOpenApi,
                                  {{"catalog", [this] { return catalog_.Ping(); }},
                                   {"object_store", [this] { return StoreAnswers(); }}});
    AddRoutes(router, sql_, queries_, tables_, idempotency_);
    return router;
  }

  Status Started(uint16_t) override { return queue_.Start(); }
  void Stopping() override { queue_.Stop(); }

 private:
  Status StoreAnswers() {
    TARN_TRY(foundation_.store->Health());
    TARN_ASSIGN(const int64_t last, foundation_.store->LastSequence());
    (void)last;
    return Ok();
  }

  metrics::Registry& registry_;
  Foundation foundation_;
  catalog_client::CatalogClient catalog_;
  StatementRunner runner_;
  Admission admission_;
  StatementMetrics metrics_;
  StatementStore statements_;
  StatementQueue queue_;
  IdempotencyStore idempotency_;
  SqlEndpoint sql_;
  QueryEndpoints queries_;
  TableEndpoint tables_;
};

}  // namespace

Result<std::unique_ptr<service::App>> OpenApp(const service::CommonOptions& common, const QueryOptions& options,
                                              metrics::Registry& metrics) {
  TARN_ASSIGN(auto foundation, OpenFoundation(common, options));
  return std::unique_ptr<service::App>(std::make_unique<QueryApp>(options, metrics, std::move(foundation)));
}

}  // namespace tarn::query

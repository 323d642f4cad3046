#include "services/transform/app.h"

#include <optional>
#include <string>

#include "common/catalog_client/catalog_client.h"
#include "common/duckdb/process_memory.h"
#include "common/events/consumer.h"
#include "common/events/deliverer.h"
#include "common/events/routes.h"
#include "common/events/subscriptions.h"
#include "common/http_client/http_client.h"
#include "common/idempotency/idempotency_store.h"
#include "common/logging/log.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/versioned_store.h"
#include "common/pipelines/pipelines.h"
#include "common/sqlite/database.h"
#include "services/transform/lineage/lineage_routes.h"
#include "services/transform/preview/preview_routes.h"
#include "services/transform/routes.h"
#include "services/transform/runs/housekeeper.h"
#include "services/transform/runs/manifest.h"
#include "services/transform/runs/trigger_clock.h"
#include "services/transform/schema.h"

namespace tarn::transform {

extern const std::string_view kOpenApi;

namespace {

constexpr const char* kService = "transform";
constexpr const char* kSubscription = "tarn-transform";
constexpr std::chrono::milliseconds kWatchInterval(1'000);
// A run that waits for the catalog holds a thread that other runs could use.
constexpr std::chrono::milliseconds kCatalogTimeout(7'000);

// What must be open before the rest can be built on it.
struct Foundation {
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<object_store::VersionedStore> store;
  std::unique_ptr<events::SubscriptionStore> subscriptions;
  std::unique_ptr<SqlCheck> sql_check;
};

Result<Foundation> OpenFoundation(const service::CommonOptions& common) {
  Foundation foundation;
  TARN_ASSIGN(foundation.store, object_store::OpenLocalStore({common.lake(), kService}));
  TARN_TRY(foundation.store->EnsureBucket("raw"));
  TARN_TRY(foundation.store->EnsureBucket(kPublishBucket));
  TARN_ASSIGN(foundation.subscriptions, events::SubscriptionStore::Open(common.lake()));
  std::error_code failure;
  std::filesystem::create_directories(common.state(), failure);
  TARN_ASSIGN(foundation.database, sqlite::Database::Open(common.state() / "transform.db"));
  TARN_TRY(foundation.database->Migrate(Migrations()));
  TARN_ASSIGN(foundation.sql_check, SqlCheck::Open());
  return foundation;
}

class TransformApp : public service::App {
 public:
  // Members in the order of dependency: definitions feed the planner, the planner the scheduler, which wakes
  // on it.
  TransformApp(const service::CommonOptions& common, const TransformOptions& options,
               metrics::Registry& metrics, Foundation foundation, int64_t cursor,
               const events::DelivererOptions& webhooks)
      : common_(common),
        options_(options),
        metrics_(metrics),
        foundation_(std::move(foundation)),
        definitions_(common.pipelines, *foundation_.sql_check),
        runs_(*foundation_.database),
        dead_letters_(*foundation_.database),
        quality_(*foundation_.database),
        catalog_(options.catalog_url, kCatalogTimeout),
        runner_(*foundation_.store, dead_letters_, options.runner, &catalog_),
        compactor_(*foundation_.store, metrics_,
                   {options.runner.engine, [this](const std::string& id) { return IsOpen(id); },
                    [this](const CompactionRecord& record) { return NoteCompaction(record); }}),
        planner_(*foundation_.store, runs_, dead_letters_, definitions_, [this] { WakeScheduler(); }),
        clock_(runs_, definitions_, [this] { WakeScheduler(); }),
        removed_(
            *foundation_.store, runs_, definitions_,
            [this](const auto& id) { return Progress(id).has_value(); }, options.removed_grace),
        housekeeper_(runs_, dead_letters_, definitions_, removed_, metrics, options.run_retention,
                     [this](const auto& version) { return IsThere(version); }),
        idempotency_(*foundation_.database),
        transforms_resource_(definitions_),
        runs_resource_(
            runs_, planner_,
            {[this](const auto& id) { Interrupt(id); }, [this](const auto& id) { return Progress(id); }}),
        bookmarks_resource_(*foundation_.store, runs_, definitions_, planner_, clock_),
        dead_letters_resource_(dead_letters_, runs_, planner_),
        quality_resource_(quality_),
        lineage_(*foundation_.database),
        texts_(*foundation_.database),
        lineage_resource_(*foundation_.store, definitions_, lineage_, texts_),
        preview_(*foundation_.store, *foundation_.sql_check, options.preview, &catalog_),
        preview_resource_(definitions_, preview_, tests_, options.preview.concurrent) {
    definitions_.SetApproval(
        [this](const Definition& definition) { return tests_.Check(definition, stopping_.get_token()); });
    deliverer_ = events::Deliverer::Start(webhooks, *foundation_.store, *foundation_.subscriptions,
                                          http_client_, metrics_);
    consumer_ = StartConsumer(cursor);
    // A transform may read what another one published.
    foundation_.store->OnCommit([this](int64_t) { consumer_->Wake(); });
  }

  ~TransformApp() override { Stopping(); }

  http::Router MakeRouter() override {
    http::Router router;
    service::AddOperationalRoutes(router, metrics_, kOpenApi,
                                  {{"object_store", [this] { return StoreAnswers(); }},
                                   {"catalog", [this] { return CatalogAnswersIfNeeded(); }}});
    AddRoutes(router, transforms_resource_, runs_resource_, bookmarks_resource_, dead_letters_resource_,
              quality_resource_, idempotency_);
    AddLineageRoutes(router, lineage_resource_);
    AddPreviewRoutes(router, preview_resource_);
    events::AddWebhookRoute(router, *foundation_.subscriptions, kSubscription, *consumer_);
    events::AddSubscriptionRoutes(router, *foundation_.store, *foundation_.subscriptions, *deliverer_);
    return router;
  }

  Status Started(uint16_t port) override {
    TARN_TRY(lineage_.SettleCompactions(*foundation_.store));
    events::Subscription subscription;
    subscription.id = kSubscription;
    subscription.endpoint = "http://127.0.0.1:" + std::to_string(port) + "/v1/events";
    subscription.filter.bucket = "raw";
    subscription.filter.types = {object_store::Event::Type::kObjectCreated};
    TARN_TRY(foundation_.subscriptions->Upsert(subscription, 0));
    {
      std::lock_guard lock(scheduler_mutex_);
      scheduler_.emplace(runs_, definitions_, runner_, metrics_, options_.scheduler, &compactor_);
    }
    clock_.Begin();
    housekeeper_.Begin();
    watcher_ = pipelines::Watcher::Start(common_.pipelines, kWatchInterval, [this] { Reload(); });
    return Ok();
  }

  void Stopping() override {
    stopping_.request_stop();
    watcher_.reset();
    housekeeper_.Stop();
    clock_.Stop();
    {
      // First what commits, since each commit wakes the other two.
      std::lock_guard lock(scheduler_mutex_);
      scheduler_.reset();
    }
    consumer_.reset();
    deliverer_.reset();
  }

  Status LoadDefinitions() {
    TARN_TRY(definitions_.Reload());
    return planner_.CatchUp();
  }

 private:
  std::unique_ptr<events::Consumer> StartConsumer(int64_t cursor) {
    events::ConsumerOptions options;
    options.name = kSubscription;
    options.filter.types = {object_store::Event::Type::kObjectCreated};
    return events::Consumer::Start(
        options, *foundation_.store, cursor,
        [this](const object_store::EventPage& page) { return planner_.HandlePage(page); });
  }

  // Whether a run may be carried out again; not what is no run, or one that is forgotten.
  Result<bool> IsOpen(const std::string& run_id) {
    const auto run = runs_.Get(run_id);
    if (run.ok()) return run->state == RunState::kQueued || run->state == RunState::kRunning;
    if (run.error().code() == Code::kNotFound) return false;
    return run.error();
  }

  Status NoteCompaction(const CompactionRecord& record) {
    return lineage_.RecordCompaction({record.table, "", record.key, record.version, std::nullopt,
                                      record.size_bytes, Descent::kCompacted, record.from},
                                     Now());
  }

  Result<bool> IsThere(const object_store::ObjectVersion& object) {
    const auto found = foundation_.store->HeadVersion(object.bucket, object.key, object.version);
    if (found.ok()) return true;
    if (found.error().code() != Code::kNotFound) return found.error();
    return false;
  }

  void WakeScheduler() {
    std::lock_guard lock(scheduler_mutex_);
    if (scheduler_) scheduler_->Wake();
  }

  void Interrupt(const std::string& run_id) {
    std::lock_guard lock(scheduler_mutex_);
    if (scheduler_) scheduler_->Interrupt(run_id);
  }

  std::optional<RunProgress::View> Progress(const std::string& run_id) {
    std::lock_guard lock(scheduler_mutex_);
    return scheduler_ ? scheduler_->Progress(run_id) : std::nullopt;
  }

  void Reload() {
    const auto reloaded = LoadDefinitions();
    clock_.Wake();
    if (!reloaded.ok()) log::Failure("cannot reload the transforms", {{"error", reloaded.error()}});
  }

  // Only transforms that read tables need it.
  Status CatalogAnswersIfNeeded() {
    for (const auto& definition : definitions_.Runnable()) {
      if (!definition->ReadTables().empty()) return catalog_.Ping();
    }
    return Ok();
  }

  Status StoreAnswers() {
    TARN_TRY(foundation_.store->Health());
    TARN_ASSIGN(const int64_t last, foundation_.store->LastSequence());
    (void)last;
    return Ok();
  }

  const service::CommonOptions& common_;
  const TransformOptions& options_;
  metrics::Registry& metrics_;
  Foundation foundation_;
  http_client::HttpClient http_client_;
  DefinitionStore definitions_;
  RunStore runs_;
  DeadLetterStore dead_letters_;
  QualityStore quality_;
  catalog_client::CatalogClient catalog_;
  Runner runner_;
  Compactor compactor_;
  Planner planner_;
  TriggerClock clock_;
  RemovedTransforms removed_;
  Housekeeper housekeeper_;
  IdempotencyStore idempotency_;
  TransformsResource transforms_resource_;
  RunsResource runs_resource_;
  BookmarksResource bookmarks_resource_;
  DeadLettersResource dead_letters_resource_;
  QualityResource quality_resource_;
  LineageStore lineage_;
  TextStore texts_;
  LineageResource lineage_resource_;
  Preview preview_;
  TestRunner tests_;
  PreviewResource preview_resource_;
  std::stop_source stopping_;
  std::mutex scheduler_mutex_;
  std::optional<Scheduler> scheduler_;
  std::unique_ptr<events::Deliverer> deliverer_;
  std::unique_ptr<events::Consumer> consumer_;
  std::unique_ptr<pipelines::Watcher> watcher_;
};

}  // namespace

Result<std::unique_ptr<service::App>> OpenApp(const service::CommonOptions& common,
                                              const TransformOptions& options, metrics::Registry& metrics) {
  TARN_ASSIGN(const auto webhooks, events::MakeDelivererOptions(kService, options.webhooks));
  if (options.runner.engine.memory_bytes < kLittleMemory) duckdb::GiveMemoryBackAtOnce();
  TARN_ASSIGN(auto foundation, OpenFoundation(common));
  TARN_ASSIGN(const int64_t cursor, RunStore(*foundation.database).Cursor(""));
  auto app =
      std::make_unique<TransformApp>(common, options, metrics, std::move(foundation), cursor, webhooks);
  TARN_TRY(app->LoadDefinitions());
  return std::unique_ptr<service::App>(std::move(app));
}

}  // namespace tarn::transform

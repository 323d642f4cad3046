#include "services/extract/app.h"

#include <optional>
#include <stop_token>

#include "common/auth/access_key_store.h"
#include "common/auth/routes.h"
#include "common/events/deliverer.h"
#include "common/events/event_retention.h"
#include "common/events/routes.h"
#include "common/events/subscriptions.h"
#include "common/http_client/http_client.h"
#include "common/idempotency/idempotency_store.h"
#include "common/logging/log.h"
#include "common/object_store/file_watch.h"
#include "common/object_store/local_object_store.h"
#include "common/pipelines/pipelines.h"
#include "common/sqlite/database.h"
#include "services/extract/lifecycle/lifecycle_worker.h"
#include "services/extract/periodic_task.h"
#include "services/extract/replication/endpoints.h"
#include "services/extract/replication/replicator.h"
#include "services/extract/replication/target_file.h"
#include "services/extract/routes.h"
#include "services/extract/runs/scheduled_runs.h"
#include "services/extract/s3/door.h"
#include "services/extract/schedules/schedule_endpoints.h"
#include "services/extract/schedules/scheduler.h"

namespace tarn::extract {

extern const std::string_view kOpenApi;

namespace {

/// What must be open before anything else can be built.
struct Stores {
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<object_store::VersionedStore> objects;
  std::unique_ptr<events::SubscriptionStore> subscriptions;
  std::unique_ptr<auth::AccessKeyStore> keys;
  TargetDefinitions replication_targets;
};

class ExtractApp : public service::App {
 public:
  ExtractApp(const Config& config, metrics::Registry& metrics, Stores stores,
             events::DelivererOptions webhooks)
      : config_(config),
        metrics_(metrics),
        stores_(std::move(stores)),
        runs_(*stores_.database),
        idempotency_(*stores_.database),
        sources_(config.common.pipelines),
        runner_(RunnerSettings(), sources_, runs_, *stores_.objects, http_, governors_, metrics),
        schedules_(*stores_.database),
        scheduled_runs_(sources_, runs_, runner_),
        scheduler_([this] { return ScheduledSources(); }, schedules_, scheduled_runs_, metrics),
        schedule_endpoints_(scheduler_),
        source_endpoints_({sources_, runs_, runner_, http_, governors_, RunScratch(), stopping_.get_token()}),
        run_endpoints_(runs_, runner_),
        lifecycle_(*stores_.objects, metrics),
        deliverer_(events::Deliverer::Start(std::move(webhooks), *stores_.objects, *stores_.subscriptions,
                                            http_, metrics)),
        replications_(*stores_.database) {
    sources_.Reload();  // the first request may ask for them
  }

  /// What can fail in building it.
  Status Open() {
    TARN_ASSIGN(targets_, MakeTargets(stores_.replication_targets, http_, stopping_.get_token()));
    TARN_ASSIGN(replicator_,
                Replicator::Start(config_.replication, *stores_.objects, replications_, targets_, metrics_));
    replication_endpoints_.emplace(*stores_.objects, replications_, stores_.replication_targets, targets_,
                                   *replicator_);
    return Ok();
  }

  http::Router MakeRouter() override {
    http::Router router;
    service::AddOperationalRoutes(router, metrics_, kOpenApi,
                                  {{"object_store", [this] { return CheckObjectStore(); }},
                                   {"database", [this] { return CheckDatabase(); }}});
    AddRoutes(router, idempotency_, source_endpoints_, run_endpoints_);
    AddScheduleRoutes(router, schedule_endpoints_);
    AddReplicationRoutes(router, *replication_endpoints_);
    events::AddSubscriptionRoutes(router, *stores_.objects, *stores_.subscriptions, *deliverer_);
    auth::AddKeyRoutes(router, *stores_.keys);
    return router;
  }

  Status Started(uint16_t) override {
    TARN_ASSIGN(door_, s3::Door::Start(DoorSettings(), *stores_.objects, *stores_.keys, metrics_));
    TARN_TRY(runner_.Begin());
    watcher_ =
        pipelines::Watcher::Start(config_.common.pipelines, config_.reload_interval, [this] { Reload(); });
    TARN_TRY(scheduler_.Reload(Now()));
    TARN_TRY(scheduler_.Begin());
    key_use_.emplace(std::chrono::minutes(1), [this] { WriteKeyUse(); });
    if (config_.watch_files) StartFileWatch();
    if (config_.adopt_interval.count() > 0) adoption_.emplace(config_.adopt_interval, [this] { Adopt(); });
    if (config_.lifecycle_interval.count() > 0) {
      expiry_.emplace(config_.lifecycle_interval,
                      [this] { lifecycle_.RunOnce([this] { return stopping_.stop_requested(); }); });
    }
    if (config_.event_retention.count() > 0)
      trimming_.emplace(std::chrono::hours(1), [this] { TrimEvents(); });
    if (config_.run_retention.count() > 0) pruning_.emplace(std::chrono::hours(1), [this] { PruneRuns(); });
    return Ok();
  }

  void Stopping() override {
    if (door_) door_->Stop();
    key_use_.reset();
    stopping_.request_stop();
    pruning_.reset();
    trimming_.reset();
    expiry_.reset();
    file_watch_.reset();
    adoption_.reset();
    watcher_.reset();
    scheduler_.Stop();
    runner_.Stop();
    replicator_->Stop();
    deliverer_.reset();
  }

 private:
  std::filesystem::path RunScratch() const { return config_.common.state() / "extract_runs"; }

  RunnerOptions RunnerSettings() const {
    RunnerOptions settings = config_.runner;
    settings.scratch = RunScratch();
    return settings;
  }

  std::vector<ScheduledSource> ScheduledSources() const {
    std::vector<ScheduledSource> scheduled;
    for (const Source& source : sources_.List()) {
      if (source.definition && source.definition->schedule)
        scheduled.push_back({source.name, *source.definition->schedule});
    }
    return scheduled;
  }

  void Reload() {
    sources_.Reload();
    const Status reloaded = scheduler_.Reload(Now());
    if (!reloaded.ok()) log::Failure("the schedules cannot be read", {{"error", reloaded.error()}});
  }

  s3::DoorConfig DoorSettings() const {
    s3::DoorConfig settings{config_.common.http, config_.s3_domain, config_.s3_port_file};
    settings.http.port = config_.s3_port;
    return settings;
  }

  Status CheckObjectStore() {
    TARN_TRY(stores_.objects->Health());
    TARN_TRY(stores_.objects->LastSequence());
    return Ok();
  }

  Status CheckDatabase() {
    const auto lock = stores_.database->Lock();
    return stores_.database->Execute("SELECT 1 FROM runs LIMIT 1");
  }

  void WriteKeyUse() {
    const Status written = stores_.keys->FlushLastUsed();
    if (!written.ok())
      log::Warn("cannot write when access keys were last used", {{"error", written.error()}});
  }

  void Adopt() {
    const auto changes = object_store::AdoptForeignFiles(*stores_.objects, config_.adopt_settle);
    if (!changes.ok()) {
      log::Warn("cannot look for foreign files", {{"error", changes.error()}});
    } else if (*changes > 0) {
      log::Info("took over foreign files", {{"changes", *changes}});
    }
  }

  // Without it, the sweep still finds everything.
  void StartFileWatch() {
    auto watch = object_store::FileWatch::Start(*stores_.objects, {});
    if (watch.ok())
      file_watch_ = *std::move(watch);
    else
      log::Warn("the buckets are not watched", {{"error", watch.error()}});
  }

  void PruneRuns() {
    constexpr int64_t kAtATime = 1'000;
    while (!stopping_.stop_requested()) {
      const auto removed = runs_.Prune(Now() - config_.run_retention, kAtATime);
      if (!removed.ok()) log::Warn("old runs cannot be removed", {{"error", removed.error()}});
      if (!removed.ok() || *removed < kAtATime) return;
    }
  }

  void TrimEvents() {
    const auto trimmed =
        events::TrimDeliveredEvents(*stores_.objects, *stores_.subscriptions, Now() - config_.event_retention,
                                    [this] { return stopping_.stop_requested(); });
    if (!trimmed.ok())
      log::Warn("the event log cannot be trimmed", {{"error", trimmed.error()}});
    else if (*trimmed > 0)
      log::Info("trimmed the event log", {{"events", *trimmed}});
  }

  // In the order of dependency: each uses only those above it.
  const Config& config_;
  metrics::Registry& metrics_;
  Stores stores_;
  http_client::HttpClient http_;
  RunStore runs_;
  IdempotencyStore idempotency_;
  SourceCatalog sources_;
  SourceGovernors governors_;
  std::stop_source stopping_;  // ends long work and requests to targets
  Runner runner_;
  ScheduleStore schedules_;
  ScheduledRuns scheduled_runs_;
  Scheduler scheduler_;
  ScheduleEndpoints schedule_endpoints_;
  SourceEndpoints source_endpoints_;
  RunEndpoints run_endpoints_;
  LifecycleWorker lifecycle_;
  std::unique_ptr<events::Deliverer> deliverer_;
  std::unique_ptr<s3::Door> door_;
  ReplicationTaskStore replications_;
  TargetsByName targets_;
  std::unique_ptr<Replicator> replicator_;
  std::optional<ReplicationEndpoints> replication_endpoints_;
  std::unique_ptr<pipelines::Watcher> watcher_;
  std::unique_ptr<object_store::FileWatch> file_watch_;
  std::optional<PeriodicTask> adoption_;
  std::optional<PeriodicTask> key_use_;
  std::optional<PeriodicTask> trimming_;
  std::optional<PeriodicTask> expiry_;
  std::optional<PeriodicTask> pruning_;
};

Result<Stores> OpenStores(const Config& config) {
  const service::CommonOptions& common = config.common;
  Stores stores;
  TARN_ASSIGN(stores.database, sqlite::Database::Open(common.state() / "extract.db"));
  TARN_TRY(stores.database->Migrate({RunStore::kMigration, IdempotencyStore::kMigration,
                                     ReplicationTaskStore::kMigration, RunStore::kSecondMigration,
                                     ScheduleStore::kMigration}));
  TARN_ASSIGN(stores.objects, object_store::OpenLocalStore({common.lake(), "extract"}));
  for (const char* bucket : {"raw", "transformed", "results", "logs"}) {
    TARN_TRY(stores.objects->EnsureBucket(bucket));
  }
  TARN_ASSIGN(stores.subscriptions, events::SubscriptionStore::Open(common.lake()));
  TARN_ASSIGN(stores.keys, auth::AccessKeyStore::Open(common.state()));
  TARN_ASSIGN(stores.replication_targets, ReadTargetFile(config.replication_targets));
  return stores;
}

}  // namespace

Result<std::unique_ptr<service::App>> MakeApp(const Config& config, metrics::Registry& metrics) {
  TARN_ASSIGN(auto webhooks, events::MakeDelivererOptions("extract", config.webhooks));
  TARN_ASSIGN(Stores stores, OpenStores(config));
  auto app = std::make_unique<ExtractApp>(config, metrics, std::move(stores), std::move(webhooks));
  TARN_TRY(app->Open());
  return std::unique_ptr<service::App>(std::move(app));
}

}  // namespace tarn::extract

#include "services/catalog/app.h"

#include <atomic>

#include "common/events/routes.h"
#include "common/events/subscriptions.h"
#include "common/idempotency/idempotency_store.h"
#include "common/logging/log.h"
#include "common/object_store/local_object_store.h"
#include "common/pipelines/pipelines.h"
#include "common/sqlite/database.h"
#include "services/catalog/crawlers/active_crawlers.h"
#include "services/catalog/crawlers/crawl_scheduler.h"
#include "services/catalog/crawlers/crawl_store.h"
#include "services/catalog/crawlers/crawler_catalog.h"
#include "services/catalog/crawlers/crawler_store.h"
#include "services/catalog/model_routes.h"
#include "services/catalog/routes.h"
#include "services/catalog/tables/catalog_database.h"
#include "services/catalog/tables/sqlite_table_store.h"

namespace tarn::catalog {

extern const std::string_view kOpenApi;

namespace {

// How long a request waits for a crawl that is under way; what takes longer is worth another request.
constexpr std::chrono::milliseconds kCrawlWait(5'000);
// How soon a change of a crawler.yaml is noticed.
constexpr std::chrono::milliseconds kWatchInterval(1'000);

// Snapshots that are read at the same time; more would only share the same cores.
constexpr size_t kLongReaders = 4;

// What must be opened, and may fail, before anything is wired.
struct Opened {
  std::unique_ptr<sqlite::Database> writer;
  std::unique_ptr<sqlite::Database> reader;
  std::unique_ptr<ReaderPool> pool;
  std::unique_ptr<object_store::ObjectStore> store;
  std::unique_ptr<events::SubscriptionStore> subscriptions;
};

Result<Opened> OpenAll(const CatalogOptions& options) {
  const auto file = options.common.state() / "catalog.db";
  Opened opened;
  TARN_ASSIGN(opened.writer, OpenToWrite(file));
  TARN_ASSIGN(opened.reader, OpenToRead(file));
  TARN_ASSIGN(opened.pool, ReaderPool::Open(file, kLongReaders));
  TARN_ASSIGN(opened.store, object_store::OpenLocalStore({options.common.lake(), "catalog"}));
  TARN_TRY(opened.store->EnsureBucket(options.crawler.bucket));
  TARN_ASSIGN(opened.subscriptions, events::SubscriptionStore::Open(options.common.lake()));
  return opened;
}

// Built in the order of dependence, destroyed in reverse.
class CatalogApp : public service::App {
 public:
  CatalogApp(const CatalogOptions& options, metrics::Registry& metrics, Opened opened)
      : options_(options),
        metrics_(metrics),
        opened_(std::move(opened)),
        tables_(*opened_.writer, *opened_.reader, options.keep_versions, opened_.pool.get(),
                [this](const auto& files) { return presence_.FindMissing(files); }),
        crawls_(*opened_.writer, options.keep_crawls),
        idempotency_(*opened_.writer),
        crawl_metrics_(metrics),
        definitions_(*opened_.writer),
        tools_{*opened_.store, tables_, crawls_, definitions_, crawl_metrics_, options.crawler.inspection},
        catalog_(DefaultDefinition(options.crawler.bucket), options.common.pipelines, definitions_),
        crawlers_(catalog_, tools_),
        scheduler_(crawlers_, definitions_),
        infer_(*opened_.store, options.crawler.inspection),
        endpoints_{
            DatabaseEndpoints(tables_),
            TableEndpoints(tables_, presence_),
            VersionEndpoints(tables_, tables_, presence_),
            {tables_, [this](int64_t sequence, auto cancelled) { return Crawled(sequence, cancelled); },
             [this](const TableName& name) { return FindView(name); }},
            SnapshotEndpoint(tables_),
            ColumnEndpoint(tables_),
            CrawlEndpoints(crawls_, crawlers_, definitions_, options.crawler.bucket),
            CrawlerEndpoints(catalog_, crawlers_, scheduler_, tools_, [this] { TakeOver(); }),
            infer_},
        database_editor_(*opened_.writer, *opened_.reader),
        table_editor_(*opened_.writer, options.keep_versions),
        declarer_(
            table_editor_,
            [this](const std::string& name, const nlohmann::json& definition) {
              return PutCrawler(name, definition);
            },
            [this](const std::string& name, const TableDeclarer::DropTable& drop) {
              return RemoveCrawler(name, drop);
            }),
        views_(*opened_.writer, *opened_.reader),
        tags_(*opened_.writer, *opened_.reader),
        search_(*opened_.writer, *opened_.reader),
        model_{EditEndpoints(
                   database_editor_, table_editor_, declarer_, tables_,
                   [this](http::Request& request) { return endpoints_.databases.Get(request); },
                   [this](http::Request& request) { return endpoints_.tables.Get(request); }),
               ViewEndpoints(views_), TagEndpoints(tags_), SearchEndpoint(search_),
               DdlEndpoints(tables_, views_)} {}

  ~CatalogApp() override { StopCrawling(); }

  // Starts to read the event log, so that the webhook route has someone to wake.
  Status StartCrawlers() {
    TARN_ASSIGN(const CatalogTotals totals, tables_.Totals());
    crawl_metrics_.SetTotals(totals);
    TARN_TRY(catalog_.Load());
    crawlers_.Sync();
    return crawlers_.Get(kDefaultCrawler).ok()
               ? Ok()
               : Status(Error(Code::kUnavailable, "the default crawler cannot be started; the log says why"));
  }

  http::Router MakeRouter() override {
    http::Router router;
    service::AddOperationalRoutes(
        router, metrics_, kOpenApi,
        {{"database", [this] { return Answers(tables_.Totals()); }},
         {"object_store", [this] { return Answers(opened_.store->LastSequence()); }}});
    AddCatalogRoutes(router, endpoints_, idempotency_);
    AddModelRoutes(router, model_);
    events::AddWebhookRoute(router, *opened_.subscriptions, kSubscriptionId, crawlers_);
    return router;
  }

  Status Started(uint16_t port) override {
    port_ = port;
    TARN_TRY(Subscribe());
    TARN_TRY(scheduler_.Begin());
    watcher_ = pipelines::Watcher::Start(options_.common.pipelines, kWatchInterval, [this] {
      catalog_.Reload();
      TakeOver();
    });
    return Ok();
  }

  void Stopping() override { StopCrawling(); }

 private:
  void StopCrawling() {
    watcher_.reset();
    scheduler_.Stop();
    crawlers_.Stop();
  }

  // Lets crawlers that came, went or changed be in force.
  void TakeOver() {
    crawlers_.Sync();
    scheduler_.Wake();
    if (port_ == 0) return;
    if (const Status subscribed = Subscribe(); !subscribed.ok())
      log::Failure("the subscription could not be changed: events are found by polling",
                   {{"error", subscribed.error()}});
  }

  Status Subscribe() {
    events::Subscription subscription;
    subscription.id = kSubscriptionId;
    subscription.endpoint = "http://127.0.0.1:" + std::to_string(port_) + "/v1/events";
    subscription.filter.bucket = crawlers_.Bucket();
    TARN_TRY(opened_.subscriptions->Upsert(std::move(subscription), crawlers_.cursor()));
    return Ok();
  }

  bool Crawled(int64_t sequence, std::stop_token cancelled) {
    return crawlers_.WaitFor(sequence, kCrawlWait, std::move(cancelled));
  }

  // Of a table that somebody declares.
  Status PutCrawler(const std::string& name, const nlohmann::json& definition) {
    TARN_TRY(catalog_.Put(name, definition));
    TakeOver();
    return Ok();
  }

  Status RemoveCrawler(const std::string& name, const TableDeclarer::DropTable& drop) {
    TARN_TRY(catalog_.RemoveWithin(name, drop));
    TakeOver();
    return Ok();
  }

  Result<std::optional<ResolveEndpoint::ViewSql>> FindView(const TableName& name) {
    TARN_ASSIGN(const auto view, views_.Find(name));
    if (!view) return std::optional<ResolveEndpoint::ViewSql>();
    return std::optional(ResolveEndpoint::ViewSql{view->dialect, view->sql});
  }

  template <class T>
  static Status Answers(const Result<T>& result) {
    return result.ok() ? Ok() : Status(result.error());
  }

  const CatalogOptions options_;
  metrics::Registry& metrics_;
  Opened opened_;
  FilePresence presence_{*opened_.store};
  SqliteTableStore tables_;
  CrawlStore crawls_;
  IdempotencyStore idempotency_;
  CrawlMetrics crawl_metrics_;
  CrawlerStore definitions_;
  const CrawlerTools tools_;
  CrawlerCatalog catalog_;
  ActiveCrawlers crawlers_;
  CrawlScheduler scheduler_;
  InferEndpoint infer_;
  Endpoints endpoints_;
  DatabaseEditor database_editor_;
  TableEditor table_editor_;
  TableDeclarer declarer_;
  ViewStore views_;
  TagStore tags_;
  SearchIndex search_;
  ModelEndpoints model_;
  std::atomic<uint16_t> port_ = 0;
  std::unique_ptr<pipelines::Watcher> watcher_;  // last: its thread uses the others
};

}  // namespace

Result<std::unique_ptr<service::App>> MakeCatalogApp(const CatalogOptions& options,
                                                     metrics::Registry& metrics) {
  TARN_ASSIGN(Opened opened, OpenAll(options));
  auto app = std::make_unique<CatalogApp>(options, metrics, std::move(opened));
  TARN_TRY(app->StartCrawlers());
  return std::unique_ptr<service::App>(std::move(app));
}

}  // namespace tarn::catalog

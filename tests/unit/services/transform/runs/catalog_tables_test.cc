#include "services/transform/runs/catalog_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "common/catalog_client/catalog_client.h"
#include "common/http/server.h"
#include "services/catalog/app.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// tarn-catalog over the lake of a rig. Nobody delivers webhooks to it: it looks at the event log when it is
// asked.
class RunningCatalog {
 public:
  explicit RunningCatalog(const std::filesystem::path& home) {
    catalog::CatalogOptions options;
    options.common.home = home.string();
    std::filesystem::create_directories(options.common.state());
    app_ = std::move(catalog::MakeCatalogApp(options, metrics_)).value();
    server_ = std::move(http::Server::Start(options.common.http, app_->MakeRouter(), metrics_)).value();
  }
  ~RunningCatalog() {
    server_->Stop();
    app_->Stopping();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

 private:
  metrics::Registry metrics_;
  std::unique_ptr<service::App> app_;
  std::unique_ptr<http::Server> server_;
};

constexpr const char* kTotalsYaml = R"(
name: totals
input: {bucket: raw, prefix: ticks/, format: json}
outputs:
  - {table: shop.totals, model: totals, mode: replace}
)";
constexpr const char* kTotalsSql =
    "SELECT count(*) AS items, CAST(sum(CAST(value AS INTEGER)) AS BIGINT) AS value, (SELECT count(*) FROM "
    "{{ input }}) AS ticks "
    "FROM {{ table('shop.items') }}";

std::string Page(int id, int value) {
  return json{{"items", {{{"id", std::to_string(id)}, {"value", std::to_string(value)}, {"rank", 1}}}}}
      .dump();
}

class CatalogTablesTest : public testing::Test {
 protected:
  CatalogTablesTest() {
    rig_.WritePipelineFile("items/transform.yaml", kItemsYaml);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
    rig_.WritePipelineFile("totals/transform.yaml", kTotalsYaml);
    rig_.WritePipelineFile("totals/models/totals.sql", kTotalsSql);
    rig_.Load();
  }

  void StartCatalog() {
    catalog_.emplace(rig_.directory().path());
    rig_.UseCatalog(catalog_->url());
  }

  // Publishes an item, and then a run of totals that is to count it.
  transform::Run PublishAndCount(int id, int value) {
    rig_.Put(ItemsKey(id), Page(id, value));
    rig_.PlanAndRun();
    rig_.Put("ticks/" + std::to_string(id) + ".json", "{}");
    return rig_.PlanAndRun();
  }

  Result<PinnedTables> Open(const std::vector<std::string>& tables) {
    catalog_client::CatalogClient client(catalog_->url());
    return CatalogTables(&client, rig_.store()).Open(tables, {});
  }

  TransformRig rig_;
  std::optional<RunningCatalog> catalog_;
};

TEST_F(CatalogTablesTest, ARunSeesWhatWasPublishedJustBefore) {
  StartCatalog();
  for (int i = 1; i <= 5; ++i) {
    const transform::Run run = PublishAndCount(i, 10 * i);
    ASSERT_EQ(run.state, RunState::kSucceeded) << (run.error ? run.error->message() : "");
    EXPECT_EQ(rig_.Rows("shop.totals"),
              json::parse("[[" + std::to_string(i) + "," + std::to_string(5 * i * (i + 1)) + ",1]]"));
    ASSERT_EQ(run.report.tables.size(), 1u);
    EXPECT_EQ(run.report.tables[0].table, "shop.items");
    EXPECT_EQ(run.report.tables[0].version, i);
  }
}

TEST_F(CatalogTablesTest, ARunWaitsForATableThatIsNotThereYet) {
  StartCatalog();
  rig_.Put("ticks/1.json", "{}");
  const transform::Run waiting = rig_.PlanAndRun();
  EXPECT_EQ(waiting.state, RunState::kQueued);
  EXPECT_EQ(waiting.attempt, 0);
  ASSERT_TRUE(waiting.error);
  EXPECT_THAT(waiting.error->message(), AllOf(HasSubstr("there is no database shop"), HasSubstr("waits")));
  EXPECT_THAT(rig_.Keys("transformed", "shop/"), IsEmpty());

  rig_.Put(ItemsKey(1), Page(1, 10));
  rig_.PlanEvents();
  rig_.MakeDue(waiting.id);
  std::vector<std::string> states;
  for (const transform::Run& run : rig_.CarryOutRuns())
    states.push_back(run.transform + " " + RunStateName(run.state));
  EXPECT_THAT(states, ElementsAre("items succeeded", "totals succeeded"));
  EXPECT_EQ(rig_.Rows("shop.totals"), json::parse("[[1,10,1]]"));
}

TEST_F(CatalogTablesTest, ARunWaitsForACatalogThatIsDown) {
  rig_.UseCatalog("http://127.0.0.1:1");
  rig_.Put(ItemsKey(1), Page(1, 10));
  EXPECT_EQ(rig_.PlanAndRun().state, RunState::kSucceeded);  // it reads no tables
  rig_.Put("ticks/1.json", "{}");
  const transform::Run waiting = rig_.PlanAndRun();
  EXPECT_EQ(waiting.state, RunState::kQueued);
  ASSERT_TRUE(waiting.error);
  EXPECT_THAT(waiting.error->message(), HasSubstr("the catalog does not answer"));

  StartCatalog();
  rig_.MakeDue(waiting.id);
  const auto ended = rig_.CarryOutRuns();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].state, RunState::kSucceeded);
}

// Takes connections and says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(::bind(socket_, address, size), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    EXPECT_EQ(::getsockname(socket_, address, &size), 0);
  }
  ~SilentServer() { ::close(socket_); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }
  /// How many connections there were since the last call.
  int Connections() {
    int count = 0;
    for (int taken; (taken = ::accept(socket_, nullptr, nullptr)) >= 0; ++count) ::close(taken);
    return count;
  }

 private:
  const int socket_;
  sockaddr_in address_{};
};

TEST_F(CatalogTablesTest, ARunAsksACatalogThatHangsOnceAndWaits) {
  SilentServer silent;
  rig_.UseCatalog(silent.url(), std::chrono::milliseconds(200));
  rig_.Put("ticks/1.json", "{}");
  const transform::Run waiting = rig_.PlanAndRun();
  EXPECT_EQ(waiting.state, RunState::kQueued);
  ASSERT_TRUE(waiting.error);
  EXPECT_THAT(waiting.error->message(), HasSubstr("the catalog does not answer"));
  EXPECT_EQ(silent.Connections(), 1);
}

TEST_F(CatalogTablesTest, ARunThatWaitedTooLongBecomesDeadLetters) {
  RunnerOptions options;
  options.longest_wait = std::chrono::milliseconds(0);
  rig_.Reopen(options);
  StartCatalog();
  rig_.Put("ticks/1.json", "{}");
  const transform::Run run = rig_.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kFailed);
  ASSERT_TRUE(run.error);
  EXPECT_THAT(run.error->message(), HasSubstr("there is no database shop"));
}

TEST_F(CatalogTablesTest, NamesTablesLikeTheWantedOne) {
  StartCatalog();
  rig_.Put(ItemsKey(1), Page(1, 10));
  rig_.PlanAndRun();
  EXPECT_THAT(Open({"shop.itms"}), HasError(Code::kNotFound, "names like it: items"));
  EXPECT_THAT(Open({"sop.items"}), HasError(Code::kNotFound, "names like it: shop"));
}

TEST_F(CatalogTablesTest, TakesANewerVersionWhenAFileWasReplaced) {
  StartCatalog();
  rig_.Put(ItemsKey(1), Page(1, 10));
  rig_.PlanAndRun();
  int pins = 0;
  ForwardingStore store(rig_.store(), [&](const std::string& call) -> Status {
    if (call != "PinFiles" || ++pins > 1) return Ok();
    rig_.Put(ItemsKey(2), Page(2, 20));  // whoever wants to read the old version comes too late
    rig_.PlanAndRun();
    return Ok();
  });
  catalog_client::CatalogClient client(catalog_->url());
  const auto tables = CatalogTables(&client, store).Open({"shop.items"}, {});
  ASSERT_THAT(tables, IsOk());
  EXPECT_EQ(pins, 2);
  EXPECT_EQ(tables->versions()[0].version, 2);
}

TEST_F(CatalogTablesTest, GivesUpOnFilesThatAreReplacedAllTheTime) {
  StartCatalog();
  rig_.Put(ItemsKey(1), Page(1, 10));
  rig_.PlanAndRun();
  ForwardingStore store(rig_.store(), [&](const std::string& call) -> Status {
    if (call == "PinFiles") return Error(Code::kNotFound, "replaced");
    return Ok();
  });
  catalog_client::CatalogClient client(catalog_->url());
  EXPECT_THAT(CatalogTables(&client, store).Open({"shop.items"}, {}),
              HasError(Code::kUnavailable, "replaced faster"));
}

TEST_F(CatalogTablesTest, ReadsTablesOfOtherFormatsInTheirTypes) {
  StartCatalog();
  rig_.Put("shop/sales/day=2026-01-02/a.csv", "id,price,note\n1,2.50,\"a, b\"\n2,,\n", "transformed");
  rig_.Put("shop/sales/day=2026-01-03/b.csv", "id,price,note\n3,1.25,c\n", "transformed");
  rig_.Put("shop/notes/a.ndjson", "{\"id\":1,\"text\":\"x\"}\n", "transformed");
  const auto tables = Open({"shop.notes", "shop.sales"});
  ASSERT_THAT(tables, IsOk());
  TempDirectory scratch;
  const auto workspace = std::move(SqlWorkspace::Open({}, scratch.path(), tables->directories())).value();
  ASSERT_THAT(tables->CreateViews(workspace->connection(), {}), IsOk());
  const auto rows = workspace->connection().Rows(
      "SELECT s.id AS id, price, note, CAST(day AS VARCHAR) AS day, text FROM tarn.\"table shop.sales\" s "
      "LEFT JOIN tarn.\"table shop.notes\" n ON n.id = s.id ORDER BY s.id");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0]["note"], "a, b");
  EXPECT_EQ((*rows)[0]["text"], "x");
  EXPECT_EQ((*rows)[0]["day"], "2026-01-02");
  EXPECT_TRUE((*rows)[1]["price"].is_null());
}

TEST_F(CatalogTablesTest, AsksNobodyWithoutTables) {
  const auto none = CatalogTables(nullptr, rig_.store()).Open({}, {});
  ASSERT_THAT(none, IsOk());
  EXPECT_THAT(none->directories(), IsEmpty());
}

TEST_F(CatalogTablesTest, StopsWaitingWhenItIsCancelled) {
  StartCatalog();
  std::stop_source stopped;
  stopped.request_stop();
  catalog_client::CatalogClient client(catalog_->url());
  EXPECT_THAT(CatalogTables(&client, rig_.store()).Open({"shop.items"}, stopped.get_token()),
              HasError(Code::kCancelled, ""));
}

}  // namespace
}  // namespace tarn::transform

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "services/catalog/crawlers/crawler_catalog.h"
#include "services/catalog/editing/table_declaration.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

const TableName kSales = {"shop", "sales"};

// A catalog as a process opens it, with what declares tables.
class Process {
 public:
  explicit Process(const TempDirectory& directory)
      : fixture_(directory / "catalog.db"), pipelines_(directory.path()) {
    EXPECT_THAT(crawlers.Load(), IsOk());
  }

  Status Declare() {
    const auto body =
        nlohmann::json::parse(R"({"location": "raw/sales", "columns": [{"name": "id", "type": "int"}]})");
    TARN_ASSIGN(const TableDeclaration declaration, ReadDeclaration(body));
    TARN_ASSIGN(const bool created, declarer_.Put(kSales, declaration, body.dump(), {}, {}));
    return created ? Ok() : Status(Error(Code::kConflict, "it was there"));
  }

  // `between` is called between the two changes, before they are committed.
  Status Drop(const std::function<void()>& between) {
    between_ = between;
    return declarer_.Drop(kSales, true, {}, {});
  }

  bool HasTable() { return fixture_.tables->GetTable(kSales).ok(); }
  bool HasCrawler() { return crawlers.Get("shop.sales").ok(); }

 private:
  CatalogFixture fixture_;
  const std::filesystem::path pipelines_;
  CrawlerCatalog crawlers{{}, pipelines_, *fixture_.crawlers};
  TableEditor editor_{*fixture_.writer, 100};
  std::function<void()> between_;
  TableDeclarer declarer_{editor_,
                          [this](const std::string& name, const nlohmann::json& definition) -> Status {
                            TARN_TRY(crawlers.Put(name, definition));
                            return Ok();
                          },
                          [this](const std::string& name, const TableDeclarer::DropTable& drop) -> Status {
                            return crawlers.RemoveWithin(name, [&](const std::function<Status()>& remove) {
                              return drop([&]() -> Status {
                                TARN_TRY(remove());
                                between_();
                                return Ok();
                              });
                            });
                          }};
};

TEST(DropDurability, AProcessThatDiesOnTheWayLeavesTheTableAndItsCrawler) {
  const TempDirectory directory;
  ASSERT_THAT(Process(directory).Declare(), IsOk());
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Process process(directory);
    (void)process.Drop([] { kill(getpid(), SIGKILL); });
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));

  Process after(directory);
  EXPECT_TRUE(after.HasTable());
  EXPECT_TRUE(after.HasCrawler());
  EXPECT_THAT(after.Drop([] {}), IsOk());
  EXPECT_FALSE(after.HasTable());
  EXPECT_FALSE(after.HasCrawler());
}

TEST(DropDurability, WhatWasDroppedStaysAway) {
  const TempDirectory directory;
  ASSERT_THAT(Process(directory).Declare(), IsOk());
  ASSERT_THAT(Process(directory).Drop([] {}), IsOk());
  Process after(directory);
  EXPECT_FALSE(after.HasTable());
  EXPECT_FALSE(after.HasCrawler());
}

}  // namespace
}  // namespace tarn::catalog

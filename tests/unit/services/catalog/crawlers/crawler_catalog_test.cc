#include "services/catalog/crawlers/crawler_catalog.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CrawlerCatalogTest : public testing::Test {
 protected:
  CrawlerCatalogTest() { Reopen(); }

  void Reopen() {
    crawlers_ = std::make_unique<CrawlerCatalog>(DefaultDefinition("transformed"), pipelines_ / "p",
                                                 *catalog_.crawlers);
    if (const Status loaded = crawlers_->Load(); !loaded.ok()) throw std::runtime_error("cannot load");
  }
  void Write(const std::string& folder, const std::string& text) {
    std::filesystem::create_directories(pipelines_ / "p" / folder);
    std::ofstream(pipelines_ / "p" / folder / "crawler.yaml") << text;
    crawlers_->Reload();
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& crawler : crawlers_->List()) names.push_back(crawler.name);
    return names;
  }

  const nlohmann::json kDefinition = {{"database", "d"}, {"targets", {"raw/in"}}};
  TempDirectory pipelines_;
  CatalogFixture catalog_;
  std::unique_ptr<CrawlerCatalog> crawlers_;
};

TEST_F(CrawlerCatalogTest, ReadsFilesOfPipelines) {
  EXPECT_THAT(Names(), ElementsAre("default"));
  Write("sales", "database: d\ntargets: [raw/sales]\n");
  EXPECT_THAT(Names(), ElementsAre("default", "sales"));
  EXPECT_EQ(crawlers_->Get("sales")->file, "sales/crawler.yaml");
  std::filesystem::remove_all(pipelines_ / "p/sales");
  crawlers_->Reload();
  EXPECT_THAT(Names(), ElementsAre("default"));
}

TEST_F(CrawlerCatalogTest, KeepsTheLastGoodFormOfABrokenFile) {
  Write("sales", "database: d\ntargets: [raw/sales]\n");
  Write("sales", "database: d\ntarget: [raw/sales]\n");
  const auto sales = crawlers_->Get("sales");
  ASSERT_THAT(sales, IsOk());
  EXPECT_EQ(sales->definition->targets.at(0).prefix, "sales/");
  EXPECT_THAT(sales->error->where(), HasSubstr("line 1, /targets"));
  Write("never", "database: [");
  EXPECT_EQ(crawlers_->Get("never")->definition, nullptr);
}

TEST_F(CrawlerCatalogTest, KeepsWhatRestMade) {
  EXPECT_EQ(*crawlers_->Put("sales", kDefinition), true);
  EXPECT_EQ(*crawlers_->Put("sales", kDefinition), false);
  Reopen();
  EXPECT_EQ(crawlers_->Get("sales")->definition->database, "d");
  ASSERT_THAT(crawlers_->Remove("sales"), IsOk());
  Reopen();
  EXPECT_THAT(crawlers_->Remove("sales"), HasError(Code::kNotFound, "sales"));
}

TEST_F(CrawlerCatalogTest, RefusesToChangeWhatAFileDefinesOrIsBuiltIn) {
  Write("sales", "database: d\ntargets: [raw/sales]\n");
  EXPECT_THAT(crawlers_->Put("sales", kDefinition), HasError(Code::kConflict, "sales/crawler.yaml"));
  EXPECT_THAT(crawlers_->Remove("sales"), HasError(Code::kConflict, "sales/crawler.yaml"));
  EXPECT_THAT(crawlers_->Put("default", kDefinition), HasError(Code::kConflict, "built in"));
  Write("default", "database: d\ntargets: [raw/sales]\n");
  EXPECT_EQ(crawlers_->Get("default")->origin, DefinedCrawler::Origin::kBuiltIn);
}

TEST_F(CrawlerCatalogTest, NamesTheCrawlersThatAreMostLikeAMissingOne) {
  ASSERT_THAT(crawlers_->Put("sales", kDefinition), IsOk());
  EXPECT_THAT(crawlers_->Get("sale"), HasError(Code::kNotFound, "did you mean sales"));
}

}  // namespace
}  // namespace tarn::catalog

#include "services/extract/replication/replicator.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/services/extract/replication/replication_lab.h"

namespace tarn::extract {
namespace {

using object_store::PutOptions;
using testing::HasSubstr;

class ReplicatorTest : public testing::Test {
 protected:
  ReplicatorTest() : here_(home_ / "here"), there_(home_ / "there") {
    here_.AddDirectoryTarget("there", there_.lake());
    here_.SetRules(RuleXml("there"));
  }

  TempDirectory home_;
  Site here_;
  Site there_;
};

TEST_F(ReplicatorTest, CopiesAnObjectWithAllThatBelongsToIt) {
  here_.Start();
  PutOptions options;
  options.content_type = "text/csv";
  options.metadata = {{"owner", "zoë"}};
  options.attributes.headers = {{"cache-control", "no-cache"}};
  options.attributes.tags = {{"kind", "a"}};
  ASSERT_THAT(here_.store->Put("raw", "a b.csv", "content", options), IsOk());
  ASSERT_TRUE(here_.AwaitQuiet());
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("a b.csv") == "COMPLETED"; }));
  const auto copy = there_.store->Head("raw", "a b.csv");
  ASSERT_THAT(copy, IsOk());
  EXPECT_EQ(copy->content_type, "text/csv");
  EXPECT_EQ(copy->metadata.at("owner"), "zoë");
  EXPECT_EQ(copy->attributes.headers.at("cache-control"), "no-cache");
  EXPECT_EQ(copy->attributes.tags.at("kind"), "a");
  EXPECT_EQ(copy->attributes.replication_status, "REPLICA");
  EXPECT_EQ(*there_.store->GetAll("raw", "a b.csv"), "content");
  EXPECT_TRUE(std::filesystem::exists(there_.lake() / "raw" / "a b.csv"));
}

TEST_F(ReplicatorTest, LeavesWhatNoRuleNames) {
  here_.SetRules(RuleXml("there", "<Filter><Prefix>yes/</Prefix></Filter>"));
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "no", "x"), IsOk());
  ASSERT_THAT(here_.store->Put("raw", "yes/1", "x"), IsOk());
  ASSERT_TRUE(here_.AwaitQuiet());
  EXPECT_EQ(here_.StatusOf("no"), "");
  EXPECT_THAT(there_.store->Head("raw", "no"), HasError(Code::kNotFound, ""));
  EXPECT_THAT(there_.store->Head("raw", "yes/1"), IsOk());
}

TEST_F(ReplicatorTest, BringsTheChangesOfAKeyInTheirOrder) {
  here_.Start();
  for (int i = 0; i < 50; ++i) ASSERT_THAT(here_.store->Put("raw", "k", std::to_string(i)), IsOk());
  ASSERT_THAT(here_.store->Put("raw", "gone", "x"), IsOk());
  ASSERT_THAT(here_.store->Delete("raw", "gone"), IsOk());
  ASSERT_TRUE(here_.AwaitQuiet());
  EXPECT_EQ(*there_.store->GetAll("raw", "k"), "49");
  EXPECT_THAT(there_.store->Head("raw", "gone"), HasError(Code::kNotFound, ""));
}

TEST_F(ReplicatorTest, ReplicatesDeletionsOnlyWhereTheRuleSaysSo) {
  here_.SetRules(RuleXml("there", "<Filter><Prefix></Prefix></Filter>", false));
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  ASSERT_TRUE(here_.AwaitQuiet());
  ASSERT_THAT(here_.store->Delete("raw", "k"), IsOk());
  ASSERT_TRUE(here_.AwaitQuiet());
  EXPECT_THAT(there_.store->Head("raw", "k"), IsOk());
}

TEST_F(ReplicatorTest, TwoStoresThatSendToEachOtherComeToRest) {
  there_.AddDirectoryTarget("here", here_.lake());
  there_.SetRules(RuleXml("here"));
  for (Site* site : {&here_, &there_}) {
    ASSERT_THAT(site->store->SetVersioning("raw", object_store::Versioning::kEnabled), IsOk());
    site->Start();
  }
  ASSERT_THAT(here_.store->Put("raw", "from-here", "1"), IsOk());
  ASSERT_THAT(there_.store->Put("raw", "from-there", "2"), IsOk());
  const auto quiet = [&] { return here_.Quiet() && there_.Quiet() && here_.Quiet(); };
  ASSERT_TRUE(Site::Await([&] {
    return quiet() && here_.store->Head("raw", "from-there").ok() && there_.store->Head("raw", "from-here").ok();
  }));
  EXPECT_EQ(there_.StatusOf("from-here"), "REPLICA");
  ASSERT_THAT(here_.store->Delete("raw", "from-there"), IsOk());
  ASSERT_TRUE(Site::Await([&] { return quiet() && !there_.store->Head("raw", "from-there").ok(); }));
  // One version and, for the deleted one, one marker per store: nothing went round.
  for (Site* site : {&here_, &there_}) {
    object_store::VersionListRequest list;
    list.bucket = "raw";
    EXPECT_EQ(site->store->ListVersions(list)->versions.size(), 3u);
  }
}

TEST_F(ReplicatorTest, WaitsForATargetThatIsAway) {
  const auto away = home_ / "unmounted";
  here_.AddDirectoryTarget("there", away);
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  ASSERT_TRUE(Site::Await([&] {
    const auto tasks = here_.tasks->List(false, 0, 10);
    return tasks->size() == 1 && tasks->front().attempts >= 2;
  }));
  EXPECT_EQ(here_.StatusOf("k"), "PENDING");
  EXPECT_THAT(here_.tasks->List(false, 0, 10)->front().reason, HasSubstr("not there"));
  EXPECT_FALSE(std::filesystem::exists(away));
  std::filesystem::create_directories(away);
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("k") == "COMPLETED"; }));
}

TEST_F(ReplicatorTest, GivesUpAfterAWhileAndCanBeAskedAgain) {
  here_.AddDirectoryTarget("there", home_ / "unmounted");
  here_.options.give_up_after = std::chrono::milliseconds(0);
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("k") == "FAILED"; }));
  std::filesystem::create_directories(home_ / "unmounted");
  EXPECT_EQ(*here_.tasks->RetryAll(""), 1);
  here_.replicator->Resume("");
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("k") == "COMPLETED"; }));
}

TEST_F(ReplicatorTest, FailsAtOnceWithoutTheTarget) {
  here_.SetRules(RuleXml("nowhere"));
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("k") == "FAILED"; }));
  EXPECT_THAT(here_.tasks->List(true, 0, 10)->front().reason, HasSubstr("nowhere"));
}

TEST_F(ReplicatorTest, OneTargetThatIsAwayHoldsUpNoOther) {
  here_.AddDirectoryTarget("away", home_ / "unmounted");
  std::string both = RuleXml("there");
  std::string away = RuleXml("away");
  away.replace(away.find("<ID>all"), 7, "<ID>away");
  away.replace(away.find("<Priority>1"), 11, "<Priority>2");
  const auto rule = away.substr(away.find("<Rule>"), away.find("</Rule>") + 7 - away.find("<Rule>"));
  both.insert(both.find("</ReplicationConfiguration>"), rule);
  here_.SetRules(both);
  here_.Start();
  for (int i = 0; i < 20; ++i) ASSERT_THAT(here_.store->Put("raw", std::to_string(i), "x"), IsOk());
  ASSERT_TRUE(Site::Await([&] { return there_.store->Head("raw", "19").ok() && there_.store->Head("raw", "0").ok(); }));
  EXPECT_EQ(here_.StatusOf("19"), "PENDING");
}

TEST_F(ReplicatorTest, GoesOnAfterARestart) {
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "1", "x"), IsOk());
  ASSERT_TRUE(here_.AwaitQuiet());
  here_.replicator.reset();
  ASSERT_THAT(here_.store->Put("raw", "2", "x"), IsOk());
  here_.Start();
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("2") == "COMPLETED"; }));
}

TEST_F(ReplicatorTest, DoesNotSendTwiceWhatArrivedBeforeACrash) {
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  const auto object = here_.store->Head("raw", "k");
  const auto open = [&] { return here_.store->Get("raw", "k"); };
  ASSERT_THAT(here_.targets.at("there")->Put(*object, open), IsOk());
  const auto first = there_.store->Head("raw", "k");
  ASSERT_THAT(here_.targets.at("there")->Put(*object, open), IsOk());
  EXPECT_EQ(there_.store->Head("raw", "k")->version, first->version);
}

TEST_F(ReplicatorTest, NoticesContentThatIsNotWhatItWas) {
  here_.Start();
  here_.replicator->Stop();
  ASSERT_THAT(here_.store->Put("raw", "k", "content"), IsOk());
  const auto object = here_.store->Head("raw", "k");
  {
    std::ofstream rotten(here_.lake() / "raw" / "k", std::ios::in | std::ios::out);
    rotten << "CON";
  }
  const Status put = here_.targets.at("there")->Put(*object, [&] { return here_.store->Get("raw", "k"); });
  EXPECT_FALSE(put.ok());
  EXPECT_THAT(there_.store->Head("raw", "k"), HasError(Code::kNotFound, ""));
}

TEST_F(ReplicatorTest, ShowsLagAndCounts) {
  here_.AddDirectoryTarget("there", home_ / "unmounted");
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  ASSERT_TRUE(Site::Await([&] {
    return here_.metrics.Render().find("tarn_replication_pending_objects{target=\"there\"} 1") != std::string::npos;
  }));
  std::filesystem::create_directories(home_ / "unmounted");
  ASSERT_TRUE(Site::Await([&] {
    const std::string text = here_.metrics.Render();
    return text.find("tarn_replication_pending_objects{target=\"there\"} 0") != std::string::npos &&
           text.find("tarn_replication_lag_seconds{target=\"there\"} 0") != std::string::npos;
  }));
}

}  // namespace
}  // namespace tarn::extract

// Replication to a real endpoint: S3_TEST_ENDPOINT, with credentials in BACKUP_ACCESS_KEY_ID and
// BACKUP_SECRET_ACCESS_KEY.
#include <gtest/gtest.h>

#include <cstdlib>

#include "common/s3_client/client.h"
#include "services/extract/replication/target_file.h"
#include "tests/unit/services/extract/replication/replication_lab.h"

namespace tarn::extract {
namespace {

constexpr const char* kKey = "raw_data/to_processed/spotify_raw_2024-09-11 11:35:15.052966.json";

class ReplicationLiveTest : public testing::Test {
 protected:
  ReplicationLiveTest() : here_(home_ / "here") {
    const char* endpoint = std::getenv("S3_TEST_ENDPOINT");
    if (!endpoint) throw std::runtime_error("set S3_TEST_ENDPOINT");
    const std::string bucket = std::string("copy-") + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                               "-" + std::to_string(ToUnixMillis(Now()));
    definitions_ = *ParseTargetFile("targets: {cloud: {type: s3, endpoint: '" + std::string(endpoint) + "', bucket: " +
                                    bucket + ", prefix: laptop/, credentials_prefix: BACKUP}}");
    s3_client::Options options;
    options.endpoint = endpoint;
    options.bucket = bucket;
    options.credentials = *s3_client::CredentialsFromEnvironment("BACKUP");
    there_ = *s3_client::Client::Make(options, http_);
    here_.targets = *MakeTargets(definitions_, http_);
    here_.SetRules(RuleXml("cloud"));
  }

  std::string ContentThere(const std::string& key) {
    const auto stream = there_->GetObject("laptop/" + key);
    if (!stream.ok()) return Describe(stream.error());
    std::string content((*stream)->length(), 0);
    for (size_t filled = 0; filled < content.size();) {
      const auto count = (*stream)->Read(content.data() + filled, content.size() - filled);
      if (!count.ok()) return Describe(count.error());
      filled += *count;
    }
    return content;
  }

  TempDirectory home_;
  http_client::HttpClient http_;
  TargetDefinitions definitions_;
  std::unique_ptr<s3_client::Client> there_;
  Site here_;
};

TEST_F(ReplicationLiveTest, ObjectsArriveWithAllThatBelongsToThem) {
  ASSERT_THAT(there_->CreateBucket(), IsOk());
  here_.Start();
  object_store::PutOptions options;
  options.content_type = "application/json";
  options.metadata = {{"owner", "zoë"}};
  options.attributes.tags = {{"kind", "a b"}};
  ASSERT_THAT(here_.store->Put("raw", kKey, "{}", options), IsOk());
  const std::string large(70 << 20, 'x');  // goes in parts
  ASSERT_THAT(here_.store->Put("raw", "large", large), IsOk());
  for (const char* key : {kKey, "large"}) {
    ASSERT_TRUE(Site::Await([&] { return here_.StatusOf(key) == "COMPLETED"; })) << key;
  }
  EXPECT_EQ(ContentThere(kKey), "{}");
  EXPECT_TRUE(ContentThere("large") == large);
  const auto head = there_->HeadObject(std::string("laptop/") + kKey);
  ASSERT_THAT(head, IsOk());
  EXPECT_EQ(head->content_type, "application/json");
  EXPECT_EQ(head->metadata.at("owner"), "zoë");
  EXPECT_EQ(head->metadata.at(kReplicaOf), here_.store->Head("raw", kKey)->version);
}

TEST_F(ReplicationLiveTest, DeletionsArriveToo) {
  ASSERT_THAT(there_->CreateBucket(), IsOk());
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  ASSERT_THAT(here_.store->Delete("raw", "k"), IsOk());
  ASSERT_TRUE(here_.AwaitQuiet());
  EXPECT_THAT(there_->HeadObject("laptop/k"), HasError(Code::kNotFound, ""));
}

TEST_F(ReplicationLiveTest, AMissingBucketFailsAndCanBeRetried) {
  here_.Start();
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("k") == "FAILED"; }));
  EXPECT_THAT(here_.tasks->List(true, 0, 1)->front().reason, testing::HasSubstr("NoSuchBucket"));
  ASSERT_THAT(there_->CreateBucket(), IsOk());
  EXPECT_EQ(*here_.tasks->RetryAll("cloud"), 1);
  here_.replicator->Resume("cloud");
  ASSERT_TRUE(Site::Await([&] { return here_.StatusOf("k") == "COMPLETED"; }));
  EXPECT_EQ(ContentThere("k"), "x");
}

TEST_F(ReplicationLiveTest, AVersionThatIsThereIsNotSentAgain) {
  ASSERT_THAT(there_->CreateBucket(), IsOk());
  ASSERT_THAT(here_.store->Put("raw", "k", "x"), IsOk());
  const auto object = here_.store->Head("raw", "k");
  int opened = 0;
  const auto open = [&] {
    ++opened;
    return here_.store->Get("raw", "k");
  };
  ASSERT_THAT(here_.targets.at("cloud")->Put(*object, open), IsOk());
  ASSERT_THAT(here_.targets.at("cloud")->Put(*object, open), IsOk());
  EXPECT_EQ(opened, 1);
}

}  // namespace
}  // namespace tarn::extract

#include "services/extract/lifecycle/lifecycle_worker.h"

#include <gtest/gtest.h>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {
namespace {

using object_store::Event;
using object_store::Versioning;
using std::chrono::days;

class Lifecycle : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(object_store::OpenLocalStore({directory_ / "lake", "extract"})).value();
    ASSERT_THAT(store_->CreateBucket("raw"), IsOk());
  }
  // The rules of the bucket, each without its status.
  void Configure(const std::vector<std::string>& rules) {
    std::string xml = "<LifecycleConfiguration>";
    for (const std::string& rule : rules) xml += "<Rule><Status>Enabled</Status>" + rule + "</Rule>";
    xml += "</LifecycleConfiguration>";
    ASSERT_TRUE(s3::LifecycleConfiguration::Parse(xml).ok()) << xml;
    ASSERT_THAT(store_->SetBucketDocument("raw", "lifecycle", xml), IsOk());
  }
  void Put(const std::string& key, const std::string& content = "x", std::map<std::string, std::string> tags = {}) {
    object_store::PutOptions options;
    options.attributes.tags = std::move(tags);
    ASSERT_THAT(store_->Put("raw", key, content, options), IsOk());
  }
  void RunAfter(days later, const std::function<bool()>& stopped = [] { return false; }) {
    LifecycleWorker(*store_, metrics_, [later] { return Now() + later; }).RunOnce(stopped);
  }
  std::vector<std::string> Keys() {
    std::vector<std::string> keys;
    const auto page = store_->List({"raw", "", "", "", 1000});
    for (const auto& object : page->objects) keys.push_back(object.key);
    return keys;
  }
  size_t Versions() {
    object_store::VersionListRequest request;
    request.bucket = "raw";
    return store_->ListVersions(request)->versions.size();
  }
  std::vector<Event> Events(std::vector<Event::Type> types) {
    object_store::EventFilter filter;
    filter.types = std::move(types);
    return std::move(store_->ReadEvents(0, filter, 10'000)->events);
  }
  bool Counted(const std::string& kind, int count) {
    return metrics_.Render().find("tarn_lifecycle_expired_total{kind=\"" + kind + "\"} " + std::to_string(count)) != std::string::npos;
  }

  TempDirectory directory_;
  std::unique_ptr<object_store::VersionedStore> store_;
  metrics::Registry metrics_;
};

using Keep = std::vector<std::string>;
constexpr const char* kAll = "<Filter/>";

TEST_F(Lifecycle, ExpiresObjectsThatAreOldEnough) {
  Configure({"<Filter><Prefix>logs/</Prefix></Filter><Expiration><Days>3</Days></Expiration>"});
  Put("logs/a");
  Put("keep");
  RunAfter(days(2));
  EXPECT_EQ(Keys(), (Keep{"keep", "logs/a"}));
  RunAfter(days(5));
  EXPECT_EQ(Keys(), Keep{"keep"});
  const auto events = Events({Event::Type::kObjectDeleted});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].operation, "expire");
  EXPECT_EQ(events[0].object.key, "logs/a");
  EXPECT_TRUE(Counted("current", 1));
}

TEST_F(Lifecycle, LooksAtTagsAndSizes) {
  Configure({"<Filter><Tag><Key>kind</Key><Value>temporary</Value></Tag></Filter><Expiration><Days>1</Days></Expiration>",
             "<Filter><ObjectSizeGreaterThan>4</ObjectSizeGreaterThan></Filter><Expiration><Days>1</Days></Expiration>"});
  Put("tagged", "x", {{"kind", "temporary"}});
  Put("other tag", "x", {{"kind", "final"}});
  Put("large", "12345");
  Put("small", "1234");
  RunAfter(days(3));
  EXPECT_EQ(Keys(), (Keep{"other tag", "small"}));
}

TEST_F(Lifecycle, ExpiresFromADateOn) {
  const std::string date = FormatRfc3339(std::chrono::floor<days>(Now()) + days(10));
  Configure({std::string(kAll) + "<Expiration><Date>" + date + "</Date></Expiration>"});
  Put("a");
  RunAfter(days(8));
  EXPECT_EQ(Keys(), Keep{"a"});
  RunAfter(days(11));
  EXPECT_TRUE(Keys().empty());
}

TEST_F(Lifecycle, DoesNothingWithoutOrWithDisabledRules) {
  Put("a");
  RunAfter(days(4000));
  ASSERT_THAT(store_->SetBucketDocument("raw", "lifecycle",
                                        "<LifecycleConfiguration><Rule><Status>Disabled</Status><Filter/>"
                                        "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"),
              IsOk());
  RunAfter(days(4000));
  EXPECT_EQ(Keys(), Keep{"a"});
}

TEST_F(Lifecycle, HidesExpiredObjectsOfAVersionedBucketBehindADeleteMarker) {
  ASSERT_THAT(store_->SetVersioning("raw", Versioning::kEnabled), IsOk());
  Configure({std::string(kAll) + "<Expiration><Days>1</Days></Expiration>"});
  Put("a", "old");
  RunAfter(days(3));
  EXPECT_TRUE(Keys().empty());
  EXPECT_EQ(Versions(), 2u) << "the version and its marker";
  RunAfter(days(3));
  EXPECT_EQ(Versions(), 2u) << "once";
  const auto events = Events({Event::Type::kObjectDeleted});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].operation, "expire_marker");
}

TEST_F(Lifecycle, RemovesOldVersionsButTheNewestOnes) {
  ASSERT_THAT(store_->SetVersioning("raw", Versioning::kEnabled), IsOk());
  Configure({std::string(kAll) + "<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays>"
                                 "<NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>"});
  for (int i = 0; i < 6; ++i) Put("a", std::to_string(i));
  Put("b");
  RunAfter(days(1));
  EXPECT_EQ(Versions(), 7u);
  RunAfter(days(4));
  EXPECT_EQ(Versions(), 4u) << "the current ones, and two older ones of a";
  EXPECT_EQ(store_->GetAll("raw", "a").value(), "5");
  const auto removed = Events({Event::Type::kVersionDeleted});
  ASSERT_EQ(removed.size(), 3u);
  for (const Event& event : removed) EXPECT_EQ(event.operation, "expire");
  EXPECT_TRUE(Counted("noncurrent", 3));
}

TEST_F(Lifecycle, RemovesDeleteMarkersWithNothingBehindThem) {
  ASSERT_THAT(store_->SetVersioning("raw", Versioning::kEnabled), IsOk());
  Configure({std::string(kAll) + "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"});
  for (const char* key : {"hides", "lone"}) {
    Put(key);
    ASSERT_THAT(store_->Delete("raw", key), IsOk());
  }
  object_store::VersionListRequest request;
  request.bucket = "raw";
  request.prefix = "lone";
  const auto listed = store_->ListVersions(request);
  ASSERT_EQ(listed->versions.size(), 2u);
  ASSERT_THAT(store_->DeleteVersion("raw", "lone", listed->versions[1].object.version, "delete"), IsOk());
  RunAfter(days(1));
  request.prefix = "";
  const auto left = store_->ListVersions(request);
  ASSERT_EQ(left->versions.size(), 2u);
  for (const auto& version : left->versions) EXPECT_EQ(version.object.key, "hides");
  EXPECT_TRUE(Counted("delete_marker", 1));
}

TEST_F(Lifecycle, AbortsUploadsThatNobodyEnds) {
  Configure({"<Filter><Prefix>up/</Prefix></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
             "</AbortIncompleteMultipartUpload>"});
  for (const char* key : {"up/a", "up/b", "other"}) ASSERT_THAT(store_->CreateUpload("raw", key, {}, "", false), IsOk());
  RunAfter(days(6));
  object_store::UploadListRequest request;
  request.bucket = "raw";
  EXPECT_EQ(store_->ListUploads(request)->size(), 3u);
  RunAfter(days(9));
  const auto left = store_->ListUploads(request);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->front().key, "other");
  EXPECT_TRUE(Counted("upload", 2));
}

TEST_F(Lifecycle, PassesOverABucketWhoseRulesCannotBeRead) {
  ASSERT_THAT(store_->CreateBucket("broken"), IsOk());
  ASSERT_THAT(store_->SetBucketDocument("broken", "lifecycle", "<no"), IsOk());
  Configure({std::string(kAll) + "<Expiration><Days>1</Days></Expiration>"});
  Put("a");
  RunAfter(days(3));
  EXPECT_TRUE(Keys().empty());
  EXPECT_NE(metrics_.Render().find("tarn_lifecycle_failures_total 1"), std::string::npos);
}

TEST_F(Lifecycle, GoesOnWhereItWasStopped) {
  // Eleven pages of keys that nothing is done about: the position is stored after ten.
  constexpr int kKeys = 10'500, kPerCommit = 1500;
  Configure({"<Filter><Prefix>z</Prefix></Filter><Expiration><Days>1</Days></Expiration>"});
  for (int i = 0; i < kKeys; i += kPerCommit) {
    std::vector<object_store::Change> changes(kPerCommit);
    for (int j = 0; j < kPerCommit; ++j) {
      auto& change = changes[static_cast<size_t>(j)];
      change.bucket = "raw";
      change.key = std::to_string(100'000 + i + j);
      change.content = (*store_->Stage())->Finish().value();
    }
    ASSERT_THAT(store_->Commit(std::move(changes), {}), IsOk());
  }
  Put("z");
  int asked = 0;
  RunAfter(days(3), [&] { return ++asked > 11; });
  EXPECT_EQ(*store_->BucketDocument("raw", "lifecycle-position"), "109998");
  EXPECT_THAT(store_->Head("raw", "z"), IsOk());
  RunAfter(days(3));
  EXPECT_THAT(store_->Head("raw", "z"), HasError(Code::kNotFound, "z"));
  EXPECT_FALSE(store_->BucketDocument("raw", "lifecycle-position")->has_value());
  EXPECT_NE(metrics_.Render().find("tarn_lifecycle_versions_total 10502"), std::string::npos);
}

}  // namespace
}  // namespace tarn::extract

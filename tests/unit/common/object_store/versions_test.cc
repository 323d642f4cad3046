#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;

class Versions : public testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    ASSERT_THAT(store_->CreateBucket("raw"), IsOk());
    ASSERT_THAT(store_->SetVersioning("raw", Versioning::kEnabled), IsOk());
  }

  void Reopen() {
    store_.reset();
    store_ = std::move(OpenLocalStore({lake_, "extract"})).value();
  }

  std::string Put(const std::string& key, const std::string& content) {
    return store_->Put("raw", key, content).value().version;
  }
  std::string Read(const std::string& key, const std::string& version) {
    auto reader = store_->GetVersion("raw", key, version, {});
    if (!reader.ok()) return std::string("error: ") + CodeName(reader.error().code());
    std::string content((*reader)->length(), '\0');
    for (size_t filled = 0; filled < content.size();) {
      filled += (*reader)->Read(content.data() + filled, content.size() - filled).value();
    }
    return content;
  }
  std::string File(const std::string& key) {
    std::ifstream in(lake_ / "raw" / key, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  // "key:kind" of each version in the order of the listing; '*' marks the latest.
  std::vector<std::string> Listed(const VersionListRequest& request) {
    std::vector<std::string> lines;
    const auto page = store_->ListVersions(request);
    EXPECT_THAT(page, IsOk());
    for (const ListedVersion& version : page->versions) {
      lines.push_back(version.object.key + ":" + (version.object.delete_marker ? "marker" : version.object.etag.substr(0, 4)) +
                      (version.is_latest ? "*" : ""));
    }
    for (const auto& prefix : page->common_prefixes) lines.push_back(prefix);
    return lines;
  }
  std::vector<std::pair<Event::Type, std::string>> Events() {
    EventFilter all;
    all.types.assign(std::begin(kEventTypes), std::end(kEventTypes));
    const auto page = store_->ReadEvents(0, all, 1000);
    std::vector<std::pair<Event::Type, std::string>> events;
    for (const Event& event : page->events) events.emplace_back(event.type, event.operation);
    return events;
  }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake";
  std::unique_ptr<VersionedStore> store_;
};

const std::string kBig(200'000, 'b');  // too large for the index

TEST_F(Versions, AreAllReadableAfterOverwritesAndAfterAReopen) {
  const auto first = Put("a/k", "one"), second = Put("a/k", kBig), third = Put("a/k", "three");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(Read("a/k", first), "one");
    EXPECT_EQ(Read("a/k", second), kBig);
    EXPECT_EQ(Read("a/k", third), "three");
    EXPECT_EQ(Read("a/k", ""), "three");
    EXPECT_EQ(File("a/k"), "three") << "other programs see the current version";
    Reopen();
  }
}

TEST_F(Versions, StayBehindADeleteMarkerAndComeBackWhenItIsRemoved) {
  const auto first = Put("k", "one"), second = Put("k", kBig);
  ASSERT_THAT(store_->Delete("raw", "k"), IsOk());
  EXPECT_THAT(store_->Head("raw", "k"), HasError(Code::kNotFound, "k"));
  EXPECT_FALSE(fs::exists(lake_ / "raw/k"));
  EXPECT_EQ(Read("k", first), "one");
  const auto latest = store_->LatestVersion("raw", "k");
  ASSERT_TRUE(latest.ok() && *latest && (*latest)->delete_marker);
  EXPECT_EQ(Read("k", (*latest)->version), "error: method_not_allowed");

  const auto removed = store_->DeleteVersion("raw", "k", (*latest)->version, "delete");
  ASSERT_THAT(removed, IsOk());
  EXPECT_TRUE(removed->marker);
  EXPECT_EQ(Read("k", ""), kBig);
  EXPECT_EQ(File("k"), kBig);
  EXPECT_EQ(store_->Head("raw", "k")->version, second);
  using Type = Event::Type;
  EXPECT_EQ(Events(), (std::vector<std::pair<Type, std::string>>{{Type::kObjectCreated, "put"},
                                                                 {Type::kObjectCreated, "put"},
                                                                 {Type::kObjectDeleted, "delete_marker"},
                                                                 {Type::kVersionDeleted, "delete"},
                                                                 {Type::kObjectCreated, "restore"}}));
}

TEST_F(Versions, RemovedForGoodMakeTheOneBeforeCurrent) {
  const auto first = Put("k", "one"), second = Put("k", "two"), third = Put("k", "three");
  ASSERT_THAT(store_->DeleteVersion("raw", "k", second, "delete"), IsOk());
  EXPECT_EQ(Read("k", second), "error: not_found");
  EXPECT_EQ(File("k"), "three");
  ASSERT_THAT(store_->DeleteVersion("raw", "k", third, "delete"), IsOk());
  EXPECT_EQ(File("k"), "one");
  EXPECT_EQ(Read("k", first), "one");
  ASSERT_THAT(store_->DeleteVersion("raw", "k", first, "delete"), IsOk());
  EXPECT_FALSE(fs::exists(lake_ / "raw/k"));
  const auto again = store_->DeleteVersion("raw", "k", first, "delete");
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->deleted);
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(lake_ / ".tarn/versions")) files += entry.is_regular_file();
  EXPECT_EQ(files, 0u);
}

TEST_F(Versions, AreListedByKeyTheNewestFirstAndPageByPage) {
  Put("a", "1"), Put("a", "2"), Put("b/x", "3"), Put("c", "4");
  ASSERT_THAT(store_->Delete("raw", "c"), IsOk());
  EXPECT_EQ(Listed({"raw", "", "/", "", "", 100}),
            (std::vector<std::string>{"a:c81e*", "a:c4ca", "c:marker*", "c:a87f", "b/"}));
  std::vector<std::string> one_by_one;
  VersionListRequest request{"raw", "", "", "", "", 1};
  for (bool more = true; more;) {
    const auto page = store_->ListVersions(request);
    ASSERT_THAT(page, IsOk());
    for (const auto& version : page->versions) one_by_one.push_back(version.object.key);
    more = page->truncated;
    request.after_key = page->next_after_key;
    request.after_version = page->next_after_version;
  }
  EXPECT_EQ(one_by_one, (std::vector<std::string>{"a", "a", "b/x", "c", "c"}));
}

TEST_F(Versions, AreAllListedWhenThoseOfEachPageAreDeletedBeforeTheNext) {
  for (int i = 0; i < 5; ++i) Put("k", std::to_string(i));
  VersionListRequest request{"raw", "", "", "", "", 2};
  int deleted = 0;
  for (bool more = true; more;) {
    const auto page = store_->ListVersions(request);
    ASSERT_THAT(page, IsOk());
    for (const auto& version : page->versions) {
      ASSERT_THAT(store_->DeleteVersion("raw", "k", version.object.version, "delete"), IsOk());
      ++deleted;
    }
    more = page->truncated;
    request.after_key = page->next_after_key;
    request.after_version = page->next_after_version;
  }
  EXPECT_EQ(deleted, 5);
  EXPECT_EQ(Listed({"raw", "", "", "", "", 100}).size(), 0u);
}

TEST_F(Versions, WrittenWhileVersioningIsSuspendedReplaceOnlyTheNullVersion) {
  const auto kept = Put("k", "kept");
  ASSERT_THAT(store_->SetVersioning("raw", Versioning::kSuspended), IsOk());
  Put("k", "null one");
  Put("k", "null two");
  EXPECT_EQ(Listed({"raw", "", "", "", "", 100}).size(), 2u);
  EXPECT_EQ(Read("k", "null"), "null two");
  EXPECT_EQ(Read("k", kept), "kept");
  ASSERT_THAT(store_->Delete("raw", "k"), IsOk());
  const auto listed = Listed({"raw", "", "", "", "", 100});
  ASSERT_EQ(listed.size(), 2u) << "the marker took the null version's place";
  EXPECT_EQ(listed[0], "k:marker*");
  EXPECT_EQ(Read("k", kept), "kept");
  EXPECT_THAT(store_->SetVersioning("raw", Versioning::kOff), HasError(Code::kInvalidArgument, "suspended"));
}

TEST_F(Versions, OfObjectsFromBeforeVersioningAreTheNullVersion) {
  ASSERT_THAT(store_->CreateBucket("plain"), IsOk());
  ASSERT_THAT(store_->Put("plain", "k", "before"), IsOk());
  ASSERT_THAT(store_->SetVersioning("plain", Versioning::kEnabled), IsOk());
  ASSERT_THAT(store_->Put("plain", "k", "after"), IsOk());
  const auto null_version = store_->HeadVersion("plain", "k", "null");
  ASSERT_THAT(null_version, IsOk());
  EXPECT_TRUE(null_version->null_version);
  EXPECT_EQ(store_->Head("plain", "k")->null_version, false);
}

TEST_F(Versions, CannotComeBackWhereADirectoryOfTheirNameIs) {
  const auto version = Put("k", "a file");
  ASSERT_THAT(store_->Delete("raw", "k"), IsOk());
  Put("k/below", "x");
  const auto marker = (*store_->LatestVersion("raw", "k").value()).version;
  EXPECT_THAT(store_->DeleteVersion("raw", "k", marker, "delete"), HasError(Code::kConflict, "k/below"));
  EXPECT_EQ(Read("k", version), "a file");
}

TEST_F(Versions, CarryTagsAndAttributesOfTheirOwn) {
  PutOptions options;
  options.attributes.headers = {{"cache-control", "no-store"}};
  options.attributes.tags = {{"stage", "raw"}};
  options.attributes.checksums = {{"crc32c", "AAAAAA=="}};
  const auto first = store_->Put("raw", "k", "one", options)->version;
  Put("k", "two");
  ASSERT_THAT(store_->SetTags("raw", "k", first, {{"stage", "old"}}), IsOk());
  ASSERT_THAT(store_->SetReplicationStatus("raw", "k", "", "PENDING"), IsOk());
  const auto old = store_->HeadVersion("raw", "k", first);
  EXPECT_EQ(old->attributes.tags.at("stage"), "old");
  EXPECT_EQ(old->attributes.headers.at("cache-control"), "no-store");
  EXPECT_EQ(old->attributes.checksums.at("crc32c"), "AAAAAA==");
  EXPECT_EQ(store_->Head("raw", "k")->attributes.replication_status, "PENDING");
  EXPECT_THAT(store_->SetTags("raw", "none", "", {}), HasError(Code::kNotFound, "none"));
}

TEST_F(Versions, KeepABucketFromBeingDeleted) {
  const auto version = Put("k", "x");
  ASSERT_THAT(store_->Delete("raw", "k"), IsOk());
  EXPECT_THAT(store_->DeleteBucket("raw"), HasError(Code::kConflict, "not empty"));
  ASSERT_THAT(store_->DeleteVersion("raw", "k", version, "delete"), IsOk());
  const auto marker = (*store_->LatestVersion("raw", "k").value()).version;
  ASSERT_THAT(store_->DeleteVersion("raw", "k", marker, "delete"), IsOk());
  ASSERT_THAT(store_->SetBucketDocument("raw", "cors", "<x/>"), IsOk());
  EXPECT_THAT(store_->DeleteBucket("raw"), IsOk());
  EXPECT_THAT(store_->DescribeBucket("raw"), HasError(Code::kNotFound, "raw"));
  ASSERT_THAT(store_->CreateBucket("raw"), IsOk());
  EXPECT_EQ(store_->BucketDocument("raw", "cors").value(), std::nullopt);
  EXPECT_EQ(store_->DescribeBucket("raw")->versioning, Versioning::kOff);
  EXPECT_THAT(store_->CreateBucket("raw"), HasError(Code::kConflict, "exists"));
}

}  // namespace
}  // namespace tarn::object_store

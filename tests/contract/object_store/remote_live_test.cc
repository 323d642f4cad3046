// What only a store at an S3 endpoint (S3_TEST_ENDPOINT, credentials in AWS's variables) can do: wait for the endpoint,
// keep plain objects there, and find what others put there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "common/object_store/remote/remote_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

using std::chrono::milliseconds;

class RemoteStoreLiveTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* endpoint = std::getenv("S3_TEST_ENDPOINT");
    ASSERT_NE(endpoint, nullptr) << "set S3_TEST_ENDPOINT";
    options_.root = directory_ / "lake";
    options_.writer = "extract";
    options_.prefix = directory_.path().filename().string() + "/";
    options_.s3.endpoint = endpoint;
    options_.s3.bucket = "tarn-remote-store";
    options_.s3.credentials = *s3_client::CredentialsFromEnvironment();
    options_.s3.retry.max_attempts = 1;
    bucket_ = std::move(s3_client::Client::Make(options_.s3, http_)).value();
    ASSERT_THAT(bucket_->CreateBucket(), IsOk());
  }

  std::unique_ptr<ObjectStore> Open(const RemoteStoreOptions& options) {
    auto store = std::move(OpenRemoteStore(options)).value();
    EXPECT_THAT(store->EnsureBucket("raw"), IsOk());
    return store;
  }
  std::string There(const std::string& key) { return options_.prefix + "raw/" + key; }
  static bool Await(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
  }

  TempDirectory directory_;
  http_client::HttpClient http_;
  RemoteStoreOptions options_;
  std::unique_ptr<s3_client::Client> bucket_;
};

TEST_F(RemoteStoreLiveTest, KeepsPlainObjectsThatAnyClientCanRead) {
  const auto store = Open(options_);
  PutOptions put;
  put.content_type = "text/csv";
  put.metadata = {{"owner", "zoë"}};
  ASSERT_THAT(store->Put("raw", "a b/c.csv", "content", put), IsOk());
  const auto head = bucket_->HeadObject(There("a b/c.csv"));
  ASSERT_THAT(head, IsOk());
  EXPECT_EQ(head->size_bytes, 7u);
  EXPECT_EQ(head->content_type, "text/csv");
  EXPECT_EQ(head->metadata.at("owner"), "zoë");
  EXPECT_EQ(head->etag, store->Head("raw", "a b/c.csv")->etag);
  ASSERT_THAT(store->Delete("raw", "a b/c.csv"), IsOk());
  EXPECT_THAT(bucket_->HeadObject(There("a b/c.csv")), HasError(Code::kNotFound, ""));
}

TEST_F(RemoteStoreLiveTest, KeepsNoContentOnThisMachine) {
  const auto store = Open(options_);
  const std::string large(3 << 20, 'x');
  ASSERT_THAT(store->Put("raw", "large", large), IsOk());
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.root / ".tarn" / "workspaces")) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  EXPECT_EQ(bytes, 0u);
  EXPECT_TRUE(*store->GetAll("raw", "large") == large);
}

TEST_F(RemoteStoreLiveTest, ReadsLargeContentThatWentInParts) {
  options_.s3.multipart_over_bytes = 6 << 20;
  options_.s3.part_bytes = 5 << 20;
  const auto store = Open(options_);
  std::string large(11 << 20, 'x');
  large[7 << 20] = 'y';
  const auto put = store->Put("raw", "large", large);
  ASSERT_THAT(put, IsOk());
  EXPECT_EQ(put->etag.size(), 32u) << "the MD5, whatever the endpoint calls it";
  EXPECT_TRUE(bucket_->HeadObject(There("large"))->etag.ends_with("-3"));
  EXPECT_TRUE(*store->GetAll("raw", "large") == large);
  EXPECT_EQ(*AdoptForeignObjects(*store, milliseconds(0)), 0);
}

TEST_F(RemoteStoreLiveTest, KeepsWhatWasCommittedWhileTheEndpointWasAway) {
  RemoteStoreOptions away = options_;
  away.s3.endpoint = "http://127.0.0.1:9";
  std::string small = "small", large(200'000, 'l');
  {
    const auto store = Open(away);
    ASSERT_THAT(store->Put("raw", "small", small), IsOk());
    ASSERT_THAT(store->Put("raw", "large", large), IsOk());
    EXPECT_THAT(store->Health(), IsOk()) << "it takes writes still";
    EXPECT_EQ(*store->GetAll("raw", "small"), small);
    EXPECT_TRUE(*store->GetAll("raw", "large") == large);
    EXPECT_THAT(store->Put("raw", "small", "again"), HasError(Code::kUnavailable, "")) << "one change of a key waits at most";
  }
  EXPECT_THAT(bucket_->HeadObject(There("large")), HasError(Code::kNotFound, ""));
  const auto store = Open(options_);
  ASSERT_TRUE(Await([&] { return bucket_->HeadObject(There("small")).ok() && bucket_->HeadObject(There("large")).ok(); }));
  EXPECT_EQ(*store->GetAll("raw", "small"), small);
  EXPECT_TRUE(*store->GetAll("raw", "large") == large);
}

TEST_F(RemoteStoreLiveTest, IsNotOpenedOnABucketThatIsNotThereOrNotOurs) {
  RemoteStoreOptions wrong = options_;
  wrong.s3.bucket = "no-such-bucket";
  EXPECT_THAT(OpenRemoteStore(wrong), HasError(Code::kNotFound, "no-such-bucket"));
  wrong = options_;
  wrong.s3.credentials.secret_access_key = "wrong";
  EXPECT_THAT(OpenRemoteStore(wrong), HasError(Code::kPermissionDenied, "HeadBucket"));
}

TEST_F(RemoteStoreLiveTest, FindsWhatOthersPutChangedAndRemoved) {
  const auto store = Open(options_);
  ASSERT_THAT(store->Put("raw", "changed", "1"), IsOk());
  ASSERT_THAT(store->Put("raw", "removed", "1"), IsOk());
  ASSERT_THAT(store->Put("raw", "same", "1"), IsOk());
  ASSERT_THAT(bucket_->PutObject(There("changed"), "other"), IsOk());
  ASSERT_THAT(bucket_->PutObject(There("new/a b"), "new"), IsOk());
  ASSERT_THAT(bucket_->DeleteObject(There("removed")), IsOk());
  EXPECT_THAT(store->GetAll("raw", "changed"), HasError(Code::kUnavailable, "not indexed yet"));
  EXPECT_EQ(*AdoptForeignObjects(*store, std::chrono::hours(1)), 1) << "the new ones are too young";
  // An endpoint's clock has seconds.
  ASSERT_TRUE(Await([&] { return *AdoptForeignObjects(*store, milliseconds(0)) >= 0 && store->Head("raw", "new/a b").ok(); }));
  EXPECT_EQ(*store->GetAll("raw", "changed"), "other");
  EXPECT_EQ(*store->GetAll("raw", "new/a b"), "new");
  EXPECT_THAT(store->Head("raw", "removed"), HasError(Code::kNotFound, ""));
  EXPECT_EQ(*store->GetAll("raw", "same"), "1");
  EXPECT_EQ(*AdoptForeignObjects(*store, milliseconds(0)), 0);
  EXPECT_EQ(*store->LastSequence(), 6);
}

TEST_F(RemoteStoreLiveTest, FindsThemAmongThousands) {
  const auto store = Open(options_);
  for (int i = 0; i < 1100; ++i) ASSERT_THAT(bucket_->PutObject(There("k" + std::to_string(i)), "x"), IsOk());
  int64_t found = 0;
  ASSERT_TRUE(Await([&] { return (found += *AdoptForeignObjects(*store, milliseconds(0))) >= 1100; }));
  EXPECT_EQ(found, 1100);
  ASSERT_THAT(bucket_->DeleteObject(There("k999")), IsOk());
  ASSERT_THAT(bucket_->DeleteObject(There("k0")), IsOk());
  EXPECT_EQ(*AdoptForeignObjects(*store, milliseconds(0)), 2);
}

}  // namespace
}  // namespace tarn::object_store

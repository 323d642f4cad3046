#include <gtest/gtest.h>

#include "common/auth/access_key_store.h"
#include "common/http/server.h"
#include "common/object_store/local_object_store.h"
#include "services/extract/s3/operations/dispatcher.h"
#include "services/extract/s3/wire/door.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

/// Tarn's own S3 door over a real store.
class BucketRun : public testing::Test {
 protected:
  BucketRun() {
    store_ = std::move(*object_store::OpenLocalStore({lab_.home / "lake", "test"}));
    EXPECT_THAT(store_->EnsureBucket("source"), IsOk());
    keys_ = std::move(*auth::AccessKeyStore::Open(lab_.home.path()));
    key_ = *keys_->Create("test");
    authenticator_ = std::make_unique<s3::Authenticator>(*keys_);
    dispatcher_ = std::make_unique<s3::Dispatcher>(*store_);
    auto router = s3::MakeDoorRouter({}, *authenticator_,
                                     [this](s3::S3Request& request) { return (*dispatcher_)(request); });
    server_ = std::move(*http::Server::Start({}, std::move(router), metrics_, s3::DoorCustoms({})));
  }

  void Put(const std::string& key, const std::string& content) {
    EXPECT_THAT(store_->Put("source", key, content), IsOk());
  }
  json Options(const std::string& prefix = "") const {
    return {{"s3",
             {{"endpoint", "http://127.0.0.1:" + std::to_string(server_->port())},
              {"bucket", "source"},
              {"prefix", prefix},
              {"access_key_id", key_.key.id},
              {"secret_access_key", key_.secret}}}};
  }

  RunLab lab_;
  metrics::Registry metrics_;
  std::unique_ptr<object_store::VersionedStore> store_;
  std::unique_ptr<auth::AccessKeyStore> keys_;
  auth::NewAccessKey key_;
  std::unique_ptr<s3::Authenticator> authenticator_;
  std::unique_ptr<s3::Dispatcher> dispatcher_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(BucketRun, StoresWhatIsNewOrChangedBelowThePrefix) {
  Put("sales/2026/a b.csv", "x\n1\n");
  Put("sales/2026/ü/c.csv", "x\n2\n");
  Put("sales/2026/empty", "");
  Put("other/d.csv", "x\n3\n");
  auto run = lab_.Run(Options("sales/2026/"));
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files,
              ElementsAre(Pair("a b.csv", "x\n1\n"), Pair("empty", ""), Pair("ü/c.csv", "x\n2\n")));
  EXPECT_EQ(run.facts["ü/c.csv"].request, "GET s3://source/sales/2026/ü/c.csv");
  EXPECT_TRUE(lab_.Run(Options("sales/2026/")).outcome->unchanged);

  Put("sales/2026/a b.csv", "x\n4\n");
  run = lab_.Run(Options("sales/2026/"));
  EXPECT_THAT(run.files, ElementsAre(Pair("a b.csv", "x\n4\n")));
  EXPECT_THAT(AllTexts(lab_, run), Not(HasSubstr(key_.secret)));
}

TEST_F(BucketRun, TakesThePatternAndReadsMoreThanOnePageOfTheListing) {
  for (int i = 0; i < 1'100; ++i) Put("n/" + std::to_string(i) + ".json", "{}");
  Put("n/1.csv", "x");
  Put("n/.hidden.json", "{}");
  json options = Options();
  options["pattern"] = "n/*.json";
  const auto run = lab_.Run(options);
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, SizeIs(1'100));
  EXPECT_TRUE(run.files.contains("n/1099.json"));
}

TEST_F(BucketRun, SaysPlainlyWhatIsWrong) {
  json options = Options();
  options["s3"]["bucket"] = "nonesuch";
  EXPECT_THAT(lab_.Run(options).outcome, HasError(Code::kNotFound, "nonesuch"));
  options = Options();
  options["s3"]["secret_access_key"] = "hush-hush";
  const auto run = lab_.Run(options);
  EXPECT_THAT(run.outcome, HasError(Code::kUnauthenticated, "s3://source/"));
  EXPECT_THAT(AllTexts(lab_, run), Not(HasSubstr("hush-hush")));
  server_->Stop();
  EXPECT_THAT(lab_.Run(Options()).outcome, HasError(Code::kUnavailable, "s3://source/"));
}

TEST_F(BucketRun, RefusesAnObjectOverTheLimit) {
  Put("large", std::string(2'000, 'x'));
  Put("small", "x");
  json options = Options();
  options["max_file_bytes"] = 1'000;
  const auto run = lab_.Run(options);
  EXPECT_THAT(run.files, SizeIs(1));
  ASSERT_THAT(run.outcome->problems, SizeIs(1));
  EXPECT_EQ(run.outcome->problems[0].where(), "s3://source/large");
}

/// A bucket with one object, whose answers a test chooses.
class RecordedBucket {
 public:
  using Answer = std::function<RawServer::Answer(const std::string& head, int number)>;
  RecordedBucket(size_t size, const std::string& etag, Answer get)
      : server_([this, size, etag, get = std::move(get)](const auto& received) {
          if (received.head.find("list-type=2") != std::string::npos) {
            return RawServer::Ok(200, "<ListBucketResult><Contents><Key>k</Key><ETag>&quot;" + etag +
                                          "&quot;</ETag><Size>" + std::to_string(size) +
                                          "</Size></Contents></ListBucketResult>");
          }
          gets.push_back(received.head);
          return get(received.head, static_cast<int>(gets.size()));
        }) {}
  json Options() const { return {{"s3", {{"endpoint", server_.Url("")}, {"bucket", "source"}}}}; }

  std::vector<std::string> gets;

 private:
  RawServer server_;
};

const std::string kMd5OfTen = "781e5e245d69b566979b86e28d23f2c7";  // of "0123456789"

TEST(RecordedBucketRun, GoesOnAfterTheProcessDied) {
  RecordedBucket bucket(10, kMd5OfTen, [](const std::string&, int number) -> RawServer::Answer {
    const std::string etag = "ETag: \"" + kMd5OfTen + "\"\r\n";
    if (number == 1)
      return {.bytes = "HTTP/1.1 200 OK\r\n" + etag + "Content-Length: 10\r\n\r\n0123", .hold = true};
    return RawServer::Ok(206, "456789", etag + "Content-Range: bytes 4-9/10\r\n");
  });
  RunLab lab;
  EXPECT_THAT(lab.RunUntilReceived(bucket.Options(), 4).outcome, HasError(Code::kCancelled, ""));
  const auto run = lab.Resume(bucket.Options());
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_EQ(run.files.at("k"), "0123456789");
  EXPECT_THAT(bucket.gets.back(), HasSubstr("Range: bytes=4-"));
  EXPECT_THAT(bucket.gets.back(), HasSubstr("If-Match: \"" + kMd5OfTen + "\""));
}

TEST(RecordedBucketRun, TakesNoContentThatLacksItsMd5UnlessItIsEncrypted) {
  std::string more;
  RecordedBucket bucket(10, kMd5OfTen, [&](const std::string&, int) {
    return RawServer::Ok(200, "9876543210", "ETag: \"" + kMd5OfTen + "\"\r\n" + more);
  });
  RunLab lab;
  auto run = lab.Run(bucket.Options());
  ASSERT_THAT(run.outcome->problems, SizeIs(1));
  EXPECT_EQ(run.outcome->problems[0].code(), Code::kUnprocessable);
  EXPECT_THAT(run.files, IsEmpty());
  more = "x-amz-server-side-encryption-aws-kms-key-id: arn\r\n";
  EXPECT_THAT(lab.Run(bucket.Options()).files, SizeIs(1));
}

TEST(RecordedBucketRun, TakesTheNewObjectWhenOneIsReplacedMeanwhile) {
  RecordedBucket bucket(10, kMd5OfTen, [&](const std::string& head, int) -> RawServer::Answer {
    if (head.starts_with("HEAD"))
      return {.bytes = "HTTP/1.1 200 OK\r\nETag: \"new\"\r\nContent-Length: 3\r\n\r\n"};
    if (head.find("If-Match: \"new\"") == std::string::npos) return RawServer::Ok(412, "");
    return RawServer::Ok(200, "new", "ETag: \"new\"\r\n");
  });
  RunLab lab;
  EXPECT_EQ(lab.Run(bucket.Options()).files.at("k"), "new");
}

/// A bucket of five objects that counts what it is asked.
class CountingBucket {
 public:
  json Options() const { return {{"s3", {{"endpoint", server_.Url("")}, {"bucket", "source"}}}}; }
  int requests() const { return server_.requests(); }
  bool down = false;

 private:
  RawServer server_{[this](const auto& received) {
    if (down) return RawServer::Ok(500, "");
    if (received.head.find("list-type=2") == std::string::npos)
      return RawServer::Ok(200, "x", "ETag: \"e\"\r\n");
    std::string objects;
    for (const char* key : {"a", "b", "c", "d", "e"}) {
      objects += std::string("<Contents><Key>") + key + "</Key><ETag>e</ETag><Size>1</Size></Contents>";
    }
    return RawServer::Ok(200, "<ListBucketResult>" + objects + "</ListBucketResult>");
  }};
};

TEST(GovernedBucketRun, TakesFromTheSourcesBudgetForListingAndObjects) {
  CountingBucket bucket;
  RunLab lab;
  lab.lab.limits = {.requests = 3, .per = std::chrono::hours(1)};
  auto run = lab.Run(bucket.Options());
  EXPECT_THAT(run.outcome, HasError(Code::kResourceExhausted, "limit is used up"));
  EXPECT_TRUE(lab.lab.resume_after);
  EXPECT_EQ(bucket.requests(), 3);
  EXPECT_EQ(lab.Count("requests"), 3);
  EXPECT_THAT(run.files, SizeIs(2));

  run = lab.Resume(bucket.Options());
  EXPECT_THAT(run.outcome, HasError(Code::kResourceExhausted, ""));
  EXPECT_THAT(run.files, SizeIs(4));
  run = lab.Resume(bucket.Options());
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, SizeIs(5));
  EXPECT_EQ(bucket.requests(), 8) << "a listing each time, and each object once";
}

TEST(GovernedBucketRun, LeavesABucketThatIsDownAlone) {
  CountingBucket bucket;
  bucket.down = true;
  RunLab lab;
  lab.lab.limits.breaker_failures = 2;
  EXPECT_THAT(lab.Run(bucket.Options()).outcome, HasError(Code::kResourceExhausted, "left alone"));
  EXPECT_TRUE(lab.lab.resume_after);
  EXPECT_EQ(bucket.requests(), 2);
  EXPECT_EQ(lab.Count("retries"), 1);
}

}  // namespace
}  // namespace tarn::extract::files

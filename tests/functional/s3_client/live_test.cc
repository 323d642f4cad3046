// The client against a real endpoint: S3_TEST_ENDPOINT, with credentials in AWS's variables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "common/s3_client/body.h"
#include "common/s3_client/client.h"
#include "tests/support/result_matchers.h"

namespace tarn::s3_client {
namespace {

using testing::ElementsAre;
using testing::Pair;

class LiveTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* endpoint = std::getenv("S3_TEST_ENDPOINT");
    ASSERT_NE(endpoint, nullptr) << "set S3_TEST_ENDPOINT";
    options_.endpoint = endpoint;
    options_.bucket = "tarn-client-test";
    options_.credentials = *CredentialsFromEnvironment();
    client_ = Make(options_);
    ASSERT_THAT(client_->CreateBucket(), IsOk());
  }

  std::unique_ptr<Client> Make(const Options& options) { return std::move(Client::Make(options, http_)).value(); }

  std::string ReadAll(const std::string& key, const GetOptions& options = {}) {
    const auto stream = client_->GetObject(key, options);
    if (!stream.ok()) return Describe(stream.error());
    std::string all, piece(100'000, 0);
    for (;;) {
      const auto count = (*stream)->Read(piece.data(), piece.size());
      if (!count.ok()) return Describe(count.error());
      if (*count == 0) return all;
      all.append(piece, 0, *count);
    }
  }

  Options options_;
  http_client::HttpClient http_;
  std::unique_ptr<Client> client_;
};

// The characters that signatures and encodings get wrong.
constexpr const char* kHardKeys[] = {
    "raw_data/to_processed/spotify_raw_2024-09-11 11:35:15.052966.json", "a+b", "é/日本", "100%", "q?x=1&y", "#hash",
    "(a)[b]{c}'d\"", "tilde~star*comma,semi;", "back\\slash", "equals=at@dollar$", "plus%2Bescaped", "under_score-dash."};

TEST_F(LiveTest, BucketsCanBeMadeTwiceAndLookedFor) {
  EXPECT_THAT(client_->CreateBucket(), IsOk());
  EXPECT_THAT(client_->HeadBucket(), IsOk());
  Options other = options_;
  other.bucket = "no-such-bucket";
  EXPECT_THAT(Make(other)->HeadBucket(), HasError(Code::kNotFound, ""));
}

TEST_F(LiveTest, ObjectsComeBackWithAllThatWasStored) {
  PutOptions put;
  put.content_type = "application/json";
  // Names that sort otherwise with their values behind them.
  put.metadata = {{"a", "1"}, {"a-b", "two  blanks"}, {"a1", "Zoë"}};
  put.headers = {{"cache-control", "max-age=5"}};
  put.tags = {{"kind", "a b"}};
  ASSERT_THAT(client_->PutObject("k", "{\"a\": 1}", put), IsOk());
  const auto head = client_->HeadObject("k");
  ASSERT_THAT(head, IsOk());
  EXPECT_EQ(head->size_bytes, 8u);
  EXPECT_EQ(head->content_type, "application/json");
  EXPECT_THAT(head->metadata, ElementsAre(Pair("a", "1"), Pair("a-b", "two  blanks"), Pair("a1", "Zoë")));
  EXPECT_EQ(head->headers.at("cache-control"), "max-age=5");
  EXPECT_GT(head->last_modified, Timestamp{});
  EXPECT_EQ(ReadAll("k"), "{\"a\": 1}");
}

TEST_F(LiveTest, HardKeysArePutReadListedCopiedAndDeleted) {
  for (const char* key : kHardKeys) {
    SCOPED_TRACE(key);
    ASSERT_THAT(client_->PutObject(std::string("hard/") + key, key), IsOk());
    EXPECT_EQ(ReadAll(std::string("hard/") + key), key);
    CopyOptions copy;
    copy.source_key = std::string("hard/") + key;
    EXPECT_THAT(client_->CopyObject(std::string("copied/") + key, copy), IsOk());
    EXPECT_EQ(ReadAll(std::string("copied/") + key), key);
    ListRequest list;
    list.prefix = std::string("hard/") + key;
    const auto page = client_->ListObjects(list);
    ASSERT_THAT(page, IsOk());
    ASSERT_EQ(page->objects.size(), 1u);
    EXPECT_EQ(page->objects[0].key, std::string("hard/") + key);
    EXPECT_THAT(client_->DeleteObject(std::string("hard/") + key), IsOk());
    EXPECT_THAT(client_->HeadObject(std::string("hard/") + key), HasError(Code::kNotFound, ""));
  }
}

TEST_F(LiveTest, ListingsPageInByteOrder) {
  for (int i = 0; i < 7; ++i) ASSERT_THAT(client_->PutObject("pages/" + std::to_string(i), "x"), IsOk());
  ASSERT_THAT(client_->PutObject("pages/sub/1", "x"), IsOk());
  std::string keys;
  ListRequest list;
  list.prefix = "pages/";
  list.delimiter = "/";
  list.limit = 3;
  for (int pages = 1;; ++pages) {
    const auto page = client_->ListObjects(list);
    ASSERT_THAT(page, IsOk());
    for (const auto& object : page->objects) keys += object.key.substr(6) + ",";
    for (const auto& prefix : page->common_prefixes) keys += prefix.substr(6) + ",";
    if (page->next_token.empty()) break;
    ASSERT_LT(pages, 5);
    list.continuation_token = page->next_token;
  }
  EXPECT_EQ(keys, "0,1,2,3,4,5,6,sub/,");
}

TEST_F(LiveTest, ConditionsHold) {
  ASSERT_THAT(client_->DeleteObject("condition"), IsOk());
  PutOptions once;
  once.if_none_match = true;
  const auto first = client_->PutObject("condition", "1", once);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(client_->PutObject("condition", "2", once), HasError(Code::kPreconditionFailed, "condition"));
  EXPECT_EQ(ReadAll("condition"), "1");
  GetOptions other;
  other.if_match_etag = std::string(32, '0');
  EXPECT_THAT(client_->GetObject("condition", other), HasError(Code::kPreconditionFailed, ""));
}

TEST_F(LiveTest, RangesAreRead) {
  ASSERT_THAT(client_->PutObject("range", "0123456789"), IsOk());
  const auto range = [](uint64_t offset, std::optional<uint64_t> length) {
    GetOptions options;
    options.range = ByteRange{offset, length};
    return options;
  };
  EXPECT_EQ(ReadAll("range", range(2, 3)), "234");
  EXPECT_EQ(ReadAll("range", range(8, std::nullopt)), "89");
  EXPECT_EQ(ReadAll("range", range(8, 100)), "89");
  EXPECT_EQ(ReadAll("range", range(8, 0)), "");
  EXPECT_THAT(client_->GetObject("range", range(10, 1)), HasError(Code::kInvalidArgument, ""));
  ASSERT_THAT(client_->PutObject("empty", ""), IsOk());
  EXPECT_EQ(ReadAll("empty"), "");
}

TEST_F(LiveTest, LargeContentGoesInPartsAndComesBack) {
  options_.multipart_over_bytes = 12 << 20;
  options_.part_bytes = 5 << 20;
  client_ = Make(options_);
  std::string content(13 << 20, ' ');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 2654435761u >> 13);
  const auto put = client_->PutObject("large", content);
  ASSERT_THAT(put, IsOk());
  EXPECT_TRUE(put->etag.ends_with("-3")) << put->etag;
  EXPECT_TRUE(ReadAll("large") == content);
}

TEST_F(LiveTest, DamagedContentIsRefused) {
  PutOptions put;
  put.md5 = "900150983cd24fb0d6963f7d28e17f72";  // of "abc"
  options_.retry.max_attempts = 1;
  client_ = Make(options_);
  EXPECT_THAT(client_->PutObject("damaged", "abd", put), HasError(Code::kUnavailable, ""));
  EXPECT_THAT(client_->PutObject("sound", "abc", put), IsOk());
}

TEST_F(LiveTest, WrongKeysAreRefused) {
  options_.credentials.secret_access_key += "x";
  EXPECT_THAT(Make(options_)->PutObject("k", "x"), HasError(Code::kUnauthenticated, "SignatureDoesNotMatch"));
  options_.credentials.access_key_id = "AKIAUNKNOWN";
  EXPECT_THAT(Make(options_)->PutObject("k", "x"), HasError(Code::kUnauthenticated, "InvalidAccessKeyId"));
}

}  // namespace
}  // namespace tarn::s3_client

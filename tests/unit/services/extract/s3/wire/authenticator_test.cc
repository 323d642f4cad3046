#include "services/extract/s3/wire/authenticator.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

constexpr const char* kTime = "20260203T040506Z";
constexpr const char* kUnsigned = "UNSIGNED-PAYLOAD";

class AuthenticatorTest : public testing::Test {
 protected:
  void SetUp() override {
    keys_ = std::move(*auth::AccessKeyStore::Open(directory_.path()));
    now_ = *ParseRfc3339("2026-02-03T04:05:06Z");
    authenticator_ = std::make_unique<Authenticator>(*keys_, [this] { return now_; });
  }

  void CreateKey(std::optional<Timestamp> expires_at = {}) {
    const auto created = keys_->Create("etl", expires_at);
    ASSERT_THAT(created, IsOk());
    key_id_ = created->key.id;
    secret_ = created->secret;
  }

  http::Request Signed(const std::string& target = "/raw/a%20b?versionId=1", const Fields& more = {}) {
    Fields fields = {{"Host", "localhost:8100"}};
    fields.insert(fields.end(), more.begin(), more.end());
    http::Request request = WireRequest(Method::kGet, target, fields);
    Sign(request, key_id_, secret_, kTime, kUnsigned);
    return request;
  }

  http::Request PresignedGet(const std::string& expires = "60") {
    return Presigned(Method::kGet, "/raw/a?response-content-type=text%2Fcsv", key_id_, secret_, kTime, expires);
  }

  auto Ask(const http::Request& request) const { return authenticator_->Authenticate(request); }

  TempDirectory directory_;
  std::unique_ptr<auth::AccessKeyStore> keys_;
  Timestamp now_;
  std::string key_id_, secret_;
  std::unique_ptr<Authenticator> authenticator_;
};

TEST_F(AuthenticatorTest, ServesTheMachineItselfWhileThereIsNoKey) {
  for (const char* peer : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"}) {
    http::Request requests[] = {WireRequest(Method::kGet, "/"), WireRequest(Method::kGet, "/?X-Amz-Signature=x"),
                                WireRequest(Method::kGet, "/", {{"Authorization", "whatever"}})};
    for (http::Request& request : requests) {
      request.remote_address = peer;
      const auto answer = Ask(request);
      ASSERT_THAT(answer, IsS3Ok());
      EXPECT_TRUE(answer->principal.local);
      EXPECT_FALSE(answer->principal.anonymous());
      EXPECT_FALSE(answer->chunks);
    }
  }
}

TEST_F(AuthenticatorTest, ServesNobodyElseWhileThereIsNoKey) {
  for (const char* peer : {"10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "", "128.0.0.1"}) {
    auto request = WireRequest(Method::kGet, "/");
    request.remote_address = peer;
    EXPECT_THAT(Ask(request), IsS3Error(S3Code::kAccessDenied)) << peer;
    EXPECT_THAT(authenticator_->AdmitPreflight(request), IsS3Error(S3Code::kAccessDenied)) << peer;
  }
}

// A page can make its own name resolve to a loopback address; the browser then is a loopback peer.
TEST_F(AuthenticatorTest, AnswersToItsOwnNamesOnlyWhileThereIsNoKey) {
  const Authenticator named(*keys_, Now, {".localhost", "s3.lake.example", ".s3.lake.example"});
  for (const char* host : {"localhost:8100", "127.0.0.1", "[::1]:8100", "raw.s3.lake.example", "raw.localhost"}) {
    EXPECT_THAT(named.Authenticate(WireRequest(Method::kGet, "/", {{"Host", host}})), IsS3Ok()) << host;
  }
  for (const char* host : {"evil.example", "lake.example", "127.0.0.1.evil.example:8100", ""}) {
    const auto request = WireRequest(Method::kGet, "/", {{"Host", host}});
    EXPECT_THAT(named.Authenticate(request), IsS3Error(S3Code::kAccessDenied)) << host;
    EXPECT_THAT(named.AdmitPreflight(request), IsS3Error(S3Code::kAccessDenied)) << host;
  }
  CreateKey();
  auto request = WireRequest(Method::kGet, "/", {{"Host", "tarn.example"}});
  EXPECT_THAT(named.AdmitPreflight(request), IsS3Ok());
  Sign(request, key_id_, secret_, kTime, kUnsigned);
  EXPECT_THAT(Ask(request), IsS3Ok());
}

TEST_F(AuthenticatorTest, WantsASignatureOnceThereIsAKey) {
  CreateKey();
  EXPECT_THAT(Ask(WireRequest(Method::kGet, "/")), IsS3Error(S3Code::kAccessDenied));
  const auto answer = Ask(Signed());
  ASSERT_THAT(answer, IsS3Ok());
  EXPECT_EQ(answer->principal.key_id, key_id_);
  EXPECT_EQ(answer->principal.name, "etl");
  EXPECT_FALSE(answer->principal.local);
  EXPECT_EQ(answer->content_sha256, kUnsigned);
  EXPECT_EQ(answer->chunks->key.size(), 32u);
  EXPECT_EQ(keys_->Get(key_id_)->last_used_at, now_);
}

TEST_F(AuthenticatorTest, ServesRemotePeersWithASignature) {
  CreateKey();
  auto request = Signed();
  request.remote_address = "203.0.113.7";
  EXPECT_THAT(Ask(request), IsS3Ok());
}

TEST_F(AuthenticatorTest, NoticesWhatWasChangedAfterSigning) {
  CreateKey();
  const auto good = Signed("/raw/a?prefix=b", {{"x-amz-meta-a", "1"}, {"Range", "bytes=0-1"}});
  EXPECT_THAT(Ask(good), IsS3Ok());
  const auto with = [&](Method method, const std::string& target, const char* name, const char* value) {
    http::Request changed = WireRequest(method, target);
    changed.headers = good.headers;
    if (name) changed.headers.Set(name, value);
    return changed;
  };
  const http::Request all[] = {
        with(Method::kDelete, good.target, nullptr, nullptr), with(Method::kGet, "/raw/b?prefix=b", nullptr, nullptr),
        with(Method::kGet, "/raw/a?prefix=c", nullptr, nullptr), with(Method::kGet, "/raw/a", nullptr, nullptr),
        with(Method::kGet, "/raw/a?prefix=b&acl", nullptr, nullptr), with(Method::kGet, good.target, "Host", "other"),
        with(Method::kGet, good.target, "x-amz-meta-a", "2"), with(Method::kGet, good.target, "Range", "bytes=0-2"),
        with(Method::kGet, good.target, "x-amz-date", "20260203T040507Z"),
        with(Method::kGet, good.target, "x-amz-content-sha256", std::string(64, '0').c_str())};
  for (const auto& changed : all) {
    EXPECT_THAT(Ask(changed), IsS3Error(S3Code::kSignatureDoesNotMatch)) << changed.target;
  }
}

TEST_F(AuthenticatorTest, ShowsWhatItSignedItself) {
  CreateKey();
  secret_.back() = secret_.back() == 'a' ? 'b' : 'a';
  const auto answer = Ask(Signed());
  ASSERT_THAT(answer, IsS3Error(S3Code::kSignatureDoesNotMatch));
  std::map<std::string, std::string> elements(answer.error().elements.begin(), answer.error().elements.end());
  EXPECT_EQ(answer.error().status, 403);
  EXPECT_EQ(elements["AWSAccessKeyId"], key_id_);
  EXPECT_THAT(elements["StringToSign"], testing::StartsWith("AWS4-HMAC-SHA256\n20260203T040506Z\n20260203/eu-central-1/"));
  EXPECT_THAT(elements["CanonicalRequest"], testing::StartsWith("GET\n/raw/a%20b\nversionId=1\nhost:localhost:8100\n"));
  EXPECT_THAT(elements["CanonicalRequestBytes"], testing::StartsWith("47 45 54 0a 2f"));
  EXPECT_EQ(elements["SignatureProvided"].size(), 64u);
}

TEST_F(AuthenticatorTest, WantsEveryAmzHeaderSigned) {
  CreateKey();
  auto request = Signed();
  request.headers.Add("X-Amz-Acl", "public-read");
  const auto answer = Ask(request);
  ASSERT_THAT(answer, IsS3Error(S3Code::kAccessDenied));
  EXPECT_THAT(answer.error().elements, testing::ElementsAre(testing::Pair("HeadersNotSigned", "x-amz-acl")));
  auto presigned = PresignedGet();
  presigned.headers.Add("x-amz-tagging", "a=b");
  EXPECT_THAT(Ask(presigned), IsS3Error(S3Code::kAccessDenied));
}

TEST_F(AuthenticatorTest, WantsTheContentsHash) {
  CreateKey();
  auto request = Signed();
  http::Headers without;
  for (const auto& [name, value] : request.headers) {
    if (!http::EqualsIgnoringCase(name, "x-amz-content-sha256")) without.Add(name, value);
  }
  request.headers = without;
  EXPECT_THAT(Ask(request), IsS3Error(S3Code::kInvalidRequest));
}

TEST_F(AuthenticatorTest, KnowsItsKeysOnly) {
  CreateKey();
  key_id_ = "TARNAAAAAAAAAAAAAAAA";
  EXPECT_THAT(Ask(Signed()), IsS3Error(S3Code::kInvalidAccessKeyId));
}

TEST_F(AuthenticatorTest, RefusesDisabledAndExpiredKeys) {
  CreateKey(now_ + std::chrono::minutes(5));
  const auto request = Signed();
  EXPECT_THAT(Ask(request), IsS3Ok());
  now_ += std::chrono::minutes(5);
  EXPECT_THAT(Ask(request), IsS3Error(S3Code::kInvalidAccessKeyId));
  now_ -= std::chrono::minutes(5);
  EXPECT_THAT(keys_->SetEnabled(key_id_, false), IsOk());
  EXPECT_THAT(Ask(request), IsS3Error(S3Code::kInvalidAccessKeyId));
}

TEST_F(AuthenticatorTest, AllowsFifteenMinutesOfSkew) {
  CreateKey();
  const auto request = Signed();
  const Timestamp signed_at = now_;
  for (const int minutes : {-15, 15}) {
    now_ = signed_at + std::chrono::minutes(minutes);
    EXPECT_THAT(Ask(request), IsS3Ok());
    now_ += std::chrono::seconds(minutes > 0 ? 1 : -1);
    EXPECT_THAT(Ask(request), IsS3Error(S3Code::kRequestTimeTooSkewed));
  }
}

TEST_F(AuthenticatorTest, ServesPresignedRequestsUntilTheyExpire) {
  CreateKey();
  const auto request = PresignedGet("604800");
  EXPECT_THAT(Ask(request), IsS3Ok());
  now_ += std::chrono::seconds(604'799);
  EXPECT_THAT(Ask(request), IsS3Ok());
  now_ += std::chrono::seconds(1);
  const auto expired = Ask(request);
  ASSERT_THAT(expired, IsS3Error(S3Code::kAccessDenied));
  EXPECT_EQ(expired.error().message, "Request has expired");
  now_ -= std::chrono::seconds(604'800 + 901);
  EXPECT_THAT(Ask(request), IsS3Error(S3Code::kAccessDenied));
}

TEST_F(AuthenticatorTest, NoticesChangedPresignedRequests) {
  CreateKey();
  const auto good = PresignedGet();
  std::string target = good.target;
  target.replace(target.find("Expires=60"), 10, "Expires=99");
  const auto longer = WireRequest(Method::kGet, target, {{"Host", "localhost:8100"}});
  const auto more = WireRequest(Method::kGet, good.target + "&versionId=1", {{"Host", "localhost:8100"}});
  const auto put = WireRequest(Method::kPut, good.target, {{"Host", "localhost:8100"}});
  for (const auto* changed : {&longer, &more, &put}) {
    EXPECT_THAT(Ask(*changed), IsS3Error(S3Code::kSignatureDoesNotMatch)) << changed->target;
  }
}

}  // namespace
}  // namespace tarn::extract::s3

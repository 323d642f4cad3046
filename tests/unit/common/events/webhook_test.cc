#include "common/events/webhook.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::events {
namespace {

using object_store::Event;

Event SampleEvent() {
  Event event;
  event.sequence = 42;
  event.id = "01h00000000000000000000000";
  event.object = {"raw", "a/\u00e4 b.json", "01hversion", 7, "0123abcd", "application/json", FromUnixMillis(1'700'000'000'123), {}, {}};
  event.commit_id = "01hcommit";
  event.writer = "extract";
  event.time = FromUnixMillis(1'700'000'000'456);
  event.traceparent = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
  return event;
}

TEST(CloudEvent, HasTheAttributesOfVersion1) {
  const auto json = json::Parse(ToCloudEvent(SampleEvent()));
  ASSERT_THAT(json, IsOk());
  EXPECT_EQ((*json)["specversion"], "1.0");
  EXPECT_EQ((*json)["type"], "io.tarn.object.created");
  EXPECT_EQ((*json)["source"], "/tarn/extract");
  EXPECT_EQ((*json)["subject"], "raw/a/\u00e4 b.json");
  EXPECT_EQ((*json)["time"], "2023-11-14T22:13:20.456Z");
  EXPECT_EQ((*json)["sequence"], "0000000000000000042");
  EXPECT_EQ((*json)["data"]["size_bytes"], 7);
  EXPECT_EQ((*json)["data"]["commit_id"], "01hcommit");
}

TEST(CloudEvent, IsReadBackAsItWas) {
  Event event = SampleEvent();
  event.type = Event::Type::kObjectDeleted;
  const auto read = FromCloudEvent(ToCloudEvent(event));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(ToCloudEvent(*read), ToCloudEvent(event));
  EXPECT_EQ(read->sequence, 42);
  EXPECT_EQ(read->object.last_modified, event.object.last_modified);
}

TEST(CloudEvent, MayCarryAttributesOfOthers) {
  auto json = json::Parse(ToCloudEvent(SampleEvent())).value();
  json["partitionkey"] = 5;
  json["data"]["more"] = {1, 2};
  EXPECT_THAT(FromCloudEvent(json.dump()), IsOk());
}

struct Fault {
  std::string pointer;
  nlohmann::json value;
};

TEST(CloudEvent, IsRefusedWithThePlaceOfTheFault) {
  const std::vector<Fault> faults = {{"/specversion", "0.3"}, {"/id", 5},           {"/source", "elsewhere"}, {"/type", "io.tarn.object.moved"},
                                     {"/type", "created"},    {"/time", "yesterday"}, {"/sequence", "12x"},    {"/sequence", 12},
                                     {"/data", "text"},       {"/data/key", nullptr}, {"/data/size_bytes", -1}, {"/data/size_bytes", 1e300},
                                     {"/data/last_modified", "never"}};
  for (const Fault& fault : faults) {
    auto json = json::Parse(ToCloudEvent(SampleEvent())).value();
    json[nlohmann::json::json_pointer(fault.pointer)] = fault.value;
    EXPECT_THAT(FromCloudEvent(json.dump()), HasError(Code::kInvalidArgument, fault.pointer));
  }
  for (const char* text : {"", "[]", "{", "null", "{}"}) {
    const auto read = FromCloudEvent(text);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code(), Code::kInvalidArgument);
  }
}

class Signature : public testing::Test {
 protected:
  Status Verify(std::string_view body, Timestamp now) const {
    return VerifySignature(secret_, [&](std::string_view name) {
      for (const auto& [header, value] : headers_) {
        if (header == name) return value;
      }
      return std::string();
    }, body, now);
  }
  void Sign(std::string_view body) { headers_ = SignatureHeaders(secret_, "msg_1", time_, body); }

  std::string secret_ = NewSecret();
  const Timestamp time_ = FromUnixMillis(1'700'000'000'000);
  std::vector<std::pair<std::string, std::string>> headers_;
};

// The example of the Standard Webhooks specification's reference libraries.
TEST_F(Signature, IsThatOfStandardWebhooks) {
  secret_ = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const auto headers = SignatureHeaders(secret_, "msg_p5jXN8AQM9LWM0D4loKWxJek", FromUnixMillis(1'614'265'330'000), R"({"test": 2432232314})");
  EXPECT_EQ(headers[0].second, "msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(headers[1].second, "1614265330");
  EXPECT_EQ(headers[2].second, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_F(Signature, IsAcceptedForTheBodyItWasMadeFor) {
  Sign("body");
  EXPECT_THAT(Verify("body", time_), IsOk());
  EXPECT_THAT(Verify("bodY", time_), HasError(Code::kUnauthenticated, "wrong"));
  EXPECT_THAT(Verify("", time_), HasError(Code::kUnauthenticated, "wrong"));
  secret_ = NewSecret();
  EXPECT_THAT(Verify("body", time_), HasError(Code::kUnauthenticated, "wrong"));
}

TEST_F(Signature, MayBeOneOfSeveral) {
  Sign("body");
  headers_[2].second = "v1,AAAA v1a,xyz " + headers_[2].second + " v2,abc";
  EXPECT_THAT(Verify("body", time_), IsOk());
}

TEST_F(Signature, ExpiresInFiveMinutesEitherWay) {
  Sign("body");
  using std::chrono::seconds;
  EXPECT_THAT(Verify("body", time_ + seconds(300)), IsOk());
  EXPECT_THAT(Verify("body", time_ - seconds(300)), IsOk());
  EXPECT_THAT(Verify("body", time_ + seconds(301)), HasError(Code::kUnauthenticated, "5 minutes"));
  EXPECT_THAT(Verify("body", time_ - seconds(301)), HasError(Code::kUnauthenticated, "5 minutes"));
}

TEST_F(Signature, IsMissedWhereHeadersAreOddOrAbsent) {
  EXPECT_THAT(Verify("body", time_), HasError(Code::kUnauthenticated, "webhook-id"));
  for (const char* odd : {"", "now", "-5", "99999999999999999999", "1700000000x", "9223372036854775807"}) {
    Sign("body");
    headers_[1].second = odd;
    EXPECT_THAT(Verify("body", time_), HasError(Code::kUnauthenticated, "webhook")) << odd;
  }
}

TEST_F(Signature, CannotBeCheckedWithoutASecret) {
  for (const char* bad : {"", "whsec_", "plain", "whsec_***"}) {
    secret_ = bad;
    Sign("body");
    EXPECT_THAT(Verify("body", time_), HasError(Code::kUnauthenticated, "secret")) << bad;
  }
}

}  // namespace
}  // namespace tarn::events

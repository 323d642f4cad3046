#include "common/events/routes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/events/webhook.h"
#include "common/events/webhook_body.h"
#include "common/json/json.h"
#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::events {
namespace {

using nlohmann::json;

class QuietDeliverer : public Deliverer {
 public:
  void Wake() override { ++wakes; }
  Result<DeliveryAttempt> SendTest(const Subscription& subscription) override {
    DeliveryAttempt attempt;
    attempt.subscription_id = subscription.id;
    attempt.status = 500;
    attempt.error = "the endpoint answered 500";
    return attempt;
  }
  int wakes = 0;
};

class QuietConsumer : public Consumer {
 public:
  void Wake() override { ++wakes; }
  int64_t cursor() const override { return 0; }
  bool WaitFor(int64_t, std::chrono::milliseconds, std::stop_token) override { return true; }
  int wakes = 0;
};

class Routes : public testing::Test {
 protected:
  void SetUp() override {
    const auto lake = directory_ / "lake";
    store_ = std::move(object_store::OpenLocalStore({lake, "extract"})).value();
    subscriptions_ = std::move(SubscriptionStore::Open(lake)).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
    AddSubscriptionRoutes(router_, *store_, *subscriptions_, deliverer_);
    AddWebhookRoute(router_, *subscriptions_, "tarn-transform", consumer_);
  }

  Result<http::Response> Call(http::Method method, const std::string& target, const std::string& body = "",
                              const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    for (const auto& [name, value] : headers) request.headers.Add(name, value);
    std::string allow;
    TARN_ASSIGN(const http::Route* route, router_.Match(request, &allow));
    return route->handler(request);
  }
  json Get(const std::string& target) {
    const auto response = Call(http::Method::kGet, target);
    EXPECT_THAT(response, IsOk());
    return json::parse(response->body);
  }

  TempDirectory directory_;
  std::unique_ptr<object_store::ObjectStore> store_;
  std::unique_ptr<SubscriptionStore> subscriptions_;
  QuietDeliverer deliverer_;
  QuietConsumer consumer_;
  http::Router router_;
};

constexpr const char* kBody = R"({"id":"mine","endpoint":"http://127.0.0.1:9/x",
  "filter":{"bucket":"raw","prefix":"a/","suffix":".json","types":["object.created"]}})";

TEST_F(Routes, ShowASecretOnlyWhenItIsMade) {
  const auto created = Call(http::Method::kPost, "/v1/subscriptions", kBody);
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->status, 201);
  EXPECT_EQ(created->headers.Find("Location"), "/v1/subscriptions/mine");
  const json body = json::parse(created->body);
  EXPECT_TRUE(body["secret"].get<std::string>().starts_with("whsec_"));
  EXPECT_EQ(body["filter"]["types"], json::array({"object.created"}));
  EXPECT_EQ(deliverer_.wakes, 1);
  EXPECT_FALSE(Get("/v1/subscriptions/mine").contains("secret"));
  EXPECT_FALSE(Get("/v1/subscriptions")["items"][0].contains("secret"));
}

TEST_F(Routes, StartDeliveriesNowUnlessToldOtherwise) {
  ASSERT_THAT(store_->Put("raw", "a", ""), IsOk());
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", R"({"id":"now","endpoint":"http://x/"})"), IsOk());
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", R"({"id":"all","endpoint":"http://x/","start":"beginning"})"), IsOk());
  EXPECT_EQ(subscriptions_->LoadState("now", "extract")->delivered_sequence, 1);
  EXPECT_EQ(subscriptions_->LoadState("all", "extract")->delivered_sequence, 0);
}

TEST_F(Routes, RefuseASecondSubscriptionOfTheSameId) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  EXPECT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), HasError(Code::kConflict, "/id"));
}

TEST_F(Routes, SayWhereABodyIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({})", "/endpoint"},
      {R"({"endpoint":5})", "/endpoint"},
      {R"({"endpoint":"gopher://x"})", "/endpoint"},
      {R"({"endpoint":"http://x/","filters":{}})", "/filters"},
      {R"({"endpoint":"http://x/","filter":{"bukket":"raw"}})", "/filter/bukket"},
      {R"({"endpoint":"http://x/","filter":{"types":["object.moved"]}})", "/filter/types/0"},
      {R"({"endpoint":"http://x/","filter":{"types":["object.created",3]}})", "/filter/types/1"},
      {R"({"endpoint":"http://x/","start":"tomorrow"})", "/start"},
      {R"({"endpoint":"http://x/","enabled":"yes"})", "/enabled"},
      {R"({"endpoint":"http://x/","body_format":"xml"})", "/body_format"},
      {R"({"endpoint":"http://x/","paused":1})", "/paused"},
      {R"({"endpoint":"http://x/","id":"a b"})", "/id"}};
  for (const auto& [body, where] : cases) {
    EXPECT_THAT(Call(http::Method::kPost, "/v1/subscriptions", body), HasError(Code::kInvalidArgument, where)) << body;
  }
  EXPECT_TRUE(subscriptions_->List("", 10)->empty());
}

TEST_F(Routes, ShowHowFarDeliveriesHaveCome) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  DeliveryState state = *subscriptions_->LoadState("mine", "extract");
  state.delivered_sequence = 9;
  state.attempts = 2;
  state.last_status = 500;
  ASSERT_THAT(subscriptions_->SaveState(state), IsOk());
  const json shown = Get("/v1/subscriptions/mine")["deliveries"][0];
  EXPECT_EQ(shown["delivered_sequence"], 9);
  EXPECT_EQ(shown["last_status"], 500);
  EXPECT_TRUE(shown["next_attempt_at"].is_null());
}

TEST_F(Routes, ChangeASubscriptionByMergePatch) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  const std::string secret = subscriptions_->Get("mine")->secret;
  const auto patched = Call(http::Method::kPatch, "/v1/subscriptions/mine",
                            R"({"filter":{"prefix":"b/","types":null},"body_format":"s3","paused":true})");
  ASSERT_THAT(patched, IsOk());
  const json body = json::parse(patched->body);
  EXPECT_EQ(body["filter"]["prefix"], "b/");
  EXPECT_EQ(body["filter"]["suffix"], ".json") << "what is not named stays";
  EXPECT_EQ(body["filter"]["types"], json::array());
  EXPECT_EQ(body["body_format"], "s3");
  EXPECT_EQ(body["paused"], true);
  EXPECT_FALSE(body.contains("secret"));
  EXPECT_EQ(Get("/v1/subscriptions/mine")["endpoint"], "http://127.0.0.1:9/x");
  EXPECT_EQ(subscriptions_->Get("mine")->secret, secret);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"endpoint":null})", "/endpoint"}, {R"({"id":"other"})", "/id"}, {R"({"filter":7})", "/filter"},
      {R"({"filter":{"bukket":"raw"}})", "/filter/bukket"}, {R"({"secret":"x"})", "/secret"}, {"[]", "object"}};
  for (const auto& [patch, where] : cases) {
    EXPECT_THAT(Call(http::Method::kPatch, "/v1/subscriptions/mine", patch), HasError(Code::kInvalidArgument, where)) << patch;
  }
  EXPECT_EQ(Get("/v1/subscriptions/mine")["filter"]["prefix"], "b/");
  EXPECT_THAT(Call(http::Method::kPatch, "/v1/subscriptions/other", "{}"), HasError(Code::kNotFound, "other"));
}

TEST_F(Routes, SwitchASubscription) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  ASSERT_THAT(subscriptions_->Disable("mine", "the endpoint answered 410"), IsOk());
  EXPECT_EQ(json::parse(Call(http::Method::kPost, "/v1/subscriptions/mine:enable")->body)["disabled_reason"], "");
  EXPECT_EQ(json::parse(Call(http::Method::kPost, "/v1/subscriptions/mine:pause")->body)["paused"], true);
  EXPECT_EQ(json::parse(Call(http::Method::kPost, "/v1/subscriptions/mine:resume")->body)["paused"], false);
  EXPECT_EQ(json::parse(Call(http::Method::kPost, "/v1/subscriptions/mine:disable")->body)["enabled"], false);
  EXPECT_THAT(Call(http::Method::kPost, "/v1/subscriptions/other:pause"), HasError(Code::kNotFound, "other"));
}

TEST_F(Routes, RotateASecretWithAnOverlap) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  const std::string before = subscriptions_->Get("mine")->secret;
  const auto rotated = Call(http::Method::kPost, "/v1/subscriptions/mine:rotateSecret", R"({"overlap_ms":60000})");
  ASSERT_THAT(rotated, IsOk());
  const std::string secret = json::parse(rotated->body)["secret"];
  EXPECT_NE(secret, before);
  const Subscription stored = *subscriptions_->Get("mine");
  EXPECT_EQ(stored.SecretsAt(Now()), (std::vector<std::string>{secret, before}));
  EXPECT_EQ(stored.SecretsAt(Now() + std::chrono::minutes(2)), std::vector<std::string>{secret});
  EXPECT_EQ(Call(http::Method::kPost, "/v1/subscriptions/mine:rotateSecret")->status, 200) << "a body is not needed";
  for (const char* body : {R"({"overlap_ms":-1})", R"({"overlap_ms":2592000001})", R"({"secret":"plain"})", R"({"overlap":1})"}) {
    EXPECT_THAT(Call(http::Method::kPost, "/v1/subscriptions/mine:rotateSecret", body), HasError(Code::kInvalidArgument, "/")) << body;
  }
}

TEST_F(Routes, SendATestEvent) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  const json result = json::parse(Call(http::Method::kPost, "/v1/subscriptions/mine:test")->body);
  EXPECT_EQ(result["delivered"], false);
  EXPECT_EQ(result["status"], 500);
  EXPECT_THAT(Call(http::Method::kPost, "/v1/subscriptions/other:test"), HasError(Code::kNotFound, "other"));
}

TEST_F(Routes, ShowLagAndAttempts) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  for (const char* key : {"a/1.json", "b", "a/2.json", "a/3.json"}) ASSERT_THAT(store_->Put("raw", key, ""), IsOk());
  DeliveryState state = *subscriptions_->LoadState("mine", "extract");
  state.read_sequence = 2;
  state.pending = 1;
  DeliveryAttempt attempt;
  attempt.subscription_id = "mine";
  attempt.writer = "extract";
  attempt.key = "raw/a/1.json";
  attempt.error = "the endpoint answered 500";
  ASSERT_THAT(subscriptions_->SaveProgress(state, {attempt}), IsOk());
  const json shown = Get("/v1/subscriptions/mine/deliveries");
  EXPECT_EQ(shown["states"][0]["pending"], 3) << "one of those read, and two that match after them";
  EXPECT_EQ(shown["states"][0]["pending_is_exact"], true);
  EXPECT_TRUE(shown["states"][0]["oldest_pending_at"].is_string());
  EXPECT_EQ(shown["items"][0]["object"], "raw/a/1.json");
  EXPECT_EQ(shown["items"][0]["delivered"], false);
  EXPECT_THAT(Call(http::Method::kGet, "/v1/subscriptions/other/deliveries"), HasError(Code::kNotFound, "other"));
}

TEST_F(Routes, RemoveASubscription) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  EXPECT_EQ(Call(http::Method::kDelete, "/v1/subscriptions/mine")->status, 204);
  EXPECT_THAT(Call(http::Method::kDelete, "/v1/subscriptions/mine"), HasError(Code::kNotFound, "mine"));
}

TEST_F(Routes, PageThroughSubscriptions) {
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", json{{"id", id}, {"endpoint", "http://x/"}}.dump()), IsOk());
  }
  const json first = Get("/v1/subscriptions?limit=2");
  EXPECT_EQ(first["items"].size(), 2u);
  const json second = Get("/v1/subscriptions?limit=2&page_token=" + first["next_page_token"].get<std::string>());
  ASSERT_EQ(second["items"].size(), 1u);
  EXPECT_EQ(second["items"][0]["id"], "c");
}

TEST_F(Routes, RedriveDeadLetters) {
  ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", kBody), IsOk());
  ASSERT_THAT(subscriptions_->AddDeadLetter({"d1", "mine", 5, "no answer", Now()}), IsOk());
  EXPECT_EQ(Get("/v1/webhook-dead-letters")["items"][0]["reason"], "no answer");
  const auto redriven = Call(http::Method::kPost, "/v1/webhook-dead-letters/d1:redrive");
  ASSERT_THAT(redriven, IsOk());
  EXPECT_EQ(redriven->status, 202);
  EXPECT_EQ(Get("/v1/webhook-dead-letters/d1")["redrive_requested"], true);
  EXPECT_TRUE(Get("/v1/webhook-dead-letters/d1")["event"].is_null()) << "the log has no such event";
  EXPECT_EQ(subscriptions_->RequestedRedrives("mine")->size(), 1u);
  EXPECT_THAT(Call(http::Method::kPost, "/v1/webhook-dead-letters/d2:redrive"), HasError(Code::kNotFound, "d2"));
}

TEST_F(Routes, ShowRedriveAndRemoveDeadLettersOfOneSubscription) {
  ASSERT_THAT(store_->Put("raw", "a/1.json", ""), IsOk());
  for (const char* id : {"one", "two"}) {
    ASSERT_THAT(Call(http::Method::kPost, "/v1/subscriptions", json{{"id", id}, {"endpoint", "http://x/"}}.dump()), IsOk());
    ASSERT_THAT(subscriptions_->AddDeadLetter({std::string("of-") + id, id, 1, "no answer", Now()}), IsOk());
  }
  const json listed = Get("/v1/webhook-dead-letters?subscription_id=two");
  ASSERT_EQ(listed["items"].size(), 1u);
  EXPECT_EQ(listed["items"][0]["id"], "of-two");
  EXPECT_EQ(Get("/v1/webhook-dead-letters/of-two")["event"]["object"]["key"], "a/1.json");
  const auto requested = Call(http::Method::kPost, "/v1/webhook-dead-letters:redrive?subscription_id=two");
  ASSERT_THAT(requested, IsOk());
  EXPECT_EQ(requested->status, 202);
  EXPECT_EQ(json::parse(requested->body)["requested"], 1);
  EXPECT_TRUE(subscriptions_->RequestedRedrives("one")->empty());
  EXPECT_EQ(json::parse(Call(http::Method::kPost, "/v1/webhook-dead-letters:redrive")->body)["requested"], 2);
  EXPECT_EQ(Call(http::Method::kDelete, "/v1/webhook-dead-letters/of-two")->status, 204);
  EXPECT_THAT(Call(http::Method::kDelete, "/v1/webhook-dead-letters/of-two"), HasError(Code::kNotFound, "of-two"));
}

TEST_F(Routes, FilterAndTrimTheEventLog) {
  for (const char* key : {"a.csv", "b.json", "c.csv"}) ASSERT_THAT(store_->Put("raw", key, ""), IsOk());
  ASSERT_THAT(store_->Delete("raw", "a.csv"), IsOk());
  EXPECT_EQ(Get("/v1/events?suffix=.csv")["items"].size(), 3u);
  EXPECT_EQ(Get("/v1/events?suffix=.csv&type=object.deleted")["items"].size(), 1u);
  EXPECT_FALSE(Get("/v1/events").contains("trimmed_before"));
  EXPECT_EQ(store_->TrimEvents(2, 100).value(), 2);
  EXPECT_EQ(Get("/v1/events")["trimmed_before"], 3);
  EXPECT_FALSE(Get("/v1/events?after=2").contains("trimmed_before"));
  EXPECT_THAT(Call(http::Method::kGet, "/v1/events?type=object.moved"), HasError(Code::kInvalidArgument, "query:type"));
}

TEST_F(Routes, ShowTheEventLog) {
  for (const char* key : {"a/1", "b/2", "a/3"}) ASSERT_THAT(store_->Put("raw", key, ""), IsOk());
  json page = Get("/v1/events?prefix=a/&limit=2");
  ASSERT_EQ(page["items"].size(), 1u);
  EXPECT_EQ(page["items"][0]["object"]["key"], "a/1");
  EXPECT_EQ(page["last_sequence"], 2);
  page = Get("/v1/events?after=2");
  EXPECT_EQ(page["items"][0]["object"]["key"], "a/3");
  for (const char* target : {"/v1/events?after=-1", "/v1/events?after=x", "/v1/events?limit=0", "/v1/events?limit=1001", "/v1/events?limit="}) {
    EXPECT_THAT(Call(http::Method::kGet, target), HasError(Code::kInvalidArgument, "query:")) << target;
  }
}

class WebhookRoute : public Routes {
 protected:
  void SetUp() override {
    Routes::SetUp();
    Subscription subscription;
    subscription.id = "tarn-transform";
    subscription.endpoint = "http://127.0.0.1:9/";
    secret_ = subscriptions_->Upsert(subscription, 0)->secret;
    object_store::Event event;
    event.id = "e1";
    event.writer = "extract";
    event.object.bucket = "raw";
    body_ = ToCloudEvent(event);
  }
  std::string secret_, body_;
};

TEST_F(WebhookRoute, WakesTheConsumerForAGenuineWebhook) {
  const auto response = Call(http::Method::kPost, "/v1/events", body_, SignatureHeaders(secret_, "e1", Now(), body_));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(consumer_.wakes, 1);
}

TEST_F(WebhookRoute, TakesTheOldSecretForAWhileAfterARotation) {
  const auto rotate = [&](const char* body) { return Call(http::Method::kPost, "/v1/subscriptions/tarn-transform:rotateSecret", body); };
  ASSERT_THAT(rotate("{}"), IsOk());
  EXPECT_THAT(Call(http::Method::kPost, "/v1/events", body_, SignatureHeaders(secret_, "e1", Now(), body_)), IsOk());
  const std::string second = subscriptions_->Get("tarn-transform")->secret;
  ASSERT_THAT(rotate(R"({"overlap_ms":0})"), IsOk());
  EXPECT_THAT(Call(http::Method::kPost, "/v1/events", body_, SignatureHeaders(second, "e1", Now(), body_)),
              HasError(Code::kUnauthenticated, "wrong"));
}

TEST_F(WebhookRoute, TakesATestEventWithoutWakingTheConsumer) {
  const std::string body = RenderTestBody(*subscriptions_->Get("tarn-transform"), "t1", "extract", Now()).content;
  EXPECT_EQ(Call(http::Method::kPost, "/v1/events", body, SignatureHeaders(secret_, "t1", Now(), body))->status, 204);
  EXPECT_EQ(consumer_.wakes, 0);
}

TEST_F(WebhookRoute, DoesNothingForAForgedOne) {
  EXPECT_THAT(Call(http::Method::kPost, "/v1/events", body_), HasError(Code::kUnauthenticated, "webhook-id"));
  EXPECT_THAT(Call(http::Method::kPost, "/v1/events", body_, SignatureHeaders(NewSecret(), "e1", Now(), body_)),
              HasError(Code::kUnauthenticated, "wrong"));
  ASSERT_THAT(subscriptions_->Remove("tarn-transform"), IsOk());
  EXPECT_THAT(Call(http::Method::kPost, "/v1/events", body_, SignatureHeaders("", "e1", Now(), body_)),
              HasError(Code::kUnauthenticated, "secret"));
  EXPECT_EQ(consumer_.wakes, 0);
}

TEST_F(WebhookRoute, RefusesAGenuineWebhookThatIsNoEvent) {
  EXPECT_THAT(Call(http::Method::kPost, "/v1/events", "{}", SignatureHeaders(secret_, "e1", Now(), "{}")),
              HasError(Code::kInvalidArgument, "/specversion"));
}

}  // namespace
}  // namespace tarn::events

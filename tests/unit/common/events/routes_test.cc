#include "common/events/routes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/events/webhook.h"
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
  int wakes = 0;
};

class QuietConsumer : public Consumer {
 public:
  void Wake() override { ++wakes; }
  int64_t cursor() const override { return 0; }
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
  EXPECT_EQ(subscriptions_->RequestedRedrives("mine")->size(), 1u);
  EXPECT_THAT(Call(http::Method::kPost, "/v1/webhook-dead-letters/d2:redrive"), HasError(Code::kNotFound, "d2"));
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

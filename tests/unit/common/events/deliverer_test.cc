#include "common/events/deliverer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "common/events/webhook.h"
#include "common/events/webhook_body.h"
#include "common/json/json.h"
#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/common/events/webhook_receiver.h"

namespace tarn::events {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Answer = WebhookReceiver::Answer;

class DelivererTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto lake = directory_ / "lake";
    store_ = std::move(object_store::OpenLocalStore({lake, "extract"})).value();
    subscriptions_ = std::move(SubscriptionStore::Open(lake)).value();
    ASSERT_THAT(store_->EnsureBucket("raw"), IsOk());
    options_.writer = "extract";
    options_.initial_backoff = milliseconds(1);
    options_.max_backoff = milliseconds(5);
    options_.poll = milliseconds(20);
  }

  void Put(const std::string& key) { ASSERT_THAT(store_->Put("raw", key, key), IsOk()); }

  std::string Subscribe(const std::string& id, const std::string& endpoint, object_store::EventFilter filter = {}) {
    Subscription subscription;
    subscription.id = id;
    subscription.endpoint = endpoint;
    subscription.filter = std::move(filter);
    return subscriptions_->Upsert(subscription, 0)->secret;
  }

  void Start() { deliverer_ = Deliverer::Start(options_, *store_, *subscriptions_, client_, metrics_); }

  static std::vector<std::string> KeysOf(const std::vector<ReceivedWebhook>& received) {
    std::vector<std::string> keys;
    for (const auto& webhook : received) keys.push_back(FromCloudEvent(webhook.body)->object.key);
    return keys;
  }

  static std::string KeyOf(const ReceivedWebhook& webhook) { return FromCloudEvent(webhook.body)->object.key; }
  static std::vector<int64_t> SequencesOf(const std::vector<ReceivedWebhook>& received) {
    std::vector<int64_t> sequences;
    for (const auto& webhook : received) sequences.push_back(FromCloudEvent(webhook.body)->sequence);
    return sequences;
  }

  // Waits until a condition on the stored state holds.
  template <class Condition>
  static bool Eventually(Condition condition) {
    for (const auto end = std::chrono::steady_clock::now() + seconds(10); std::chrono::steady_clock::now() < end;) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return false;
  }

  TempDirectory directory_;
  std::unique_ptr<object_store::ObjectStore> store_;
  std::unique_ptr<SubscriptionStore> subscriptions_;
  http_client::HttpClient client_;
  metrics::Registry metrics_;
  DelivererOptions options_;
  WebhookReceiver receiver_;
  std::unique_ptr<Deliverer> deliverer_;  // last: it uses the others
};

TEST_F(DelivererTest, SendsSignedEventsInOrderWhenOnlyOneMayBeInFlight) {
  options_.max_in_flight = 1;
  const std::string secret = Subscribe("a", receiver_.url());
  Put("1");
  Start();
  Put("2");
  Put("3");
  const auto received = receiver_.WaitFor(3);
  ASSERT_EQ(KeysOf(received), (std::vector<std::string>{"1", "2", "3"}));
  for (const ReceivedWebhook& webhook : received) {
    EXPECT_THAT(VerifySignature(secret, [&](std::string_view name) { return webhook.Header(name); }, webhook.body, Now()), IsOk());
    EXPECT_EQ(webhook.Header("content-type"), "application/cloudevents+json; charset=utf-8");
    EXPECT_EQ(webhook.Header("webhook-id"), FromCloudEvent(webhook.body)->id);
  }
}

TEST_F(DelivererTest, SendsWithinMomentsOfTheCommit) {
  options_.poll = seconds(60);
  Subscribe("a", receiver_.url());
  Start();
  Put("first");
  ASSERT_EQ(receiver_.WaitFor(1).size(), 1u);
  const auto before = std::chrono::steady_clock::now();
  Put("second");
  ASSERT_EQ(receiver_.WaitFor(2).size(), 2u);
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(5)) << "it does not wait for the poll";
}

TEST_F(DelivererTest, SendsOnlyWhatMatches) {
  Subscribe("a", receiver_.url(), {"raw", "x/", ".json", {}, ""});
  WebhookReceiver transforms;
  Subscribe("b", transforms.url(), {"", "", "", {}, "transform"});
  const auto other = object_store::OpenLocalStore({directory_ / "lake", "transform"});
  ASSERT_THAT((*other)->Put("raw", "x/of-another-writer.json", ""), IsOk());
  for (const char* key : {"x/1.json", "y/2.json", "x/3.csv", "x/4.json"}) Put(key);
  Start();
  EXPECT_THAT(KeysOf(receiver_.WaitFor(2)), testing::UnorderedElementsAre("x/1.json", "x/4.json"));
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 5; }));
  EXPECT_EQ(receiver_.WaitFor(0).size(), 2u);
  EXPECT_TRUE(transforms.WaitFor(0).empty());
}

TEST_F(DelivererTest, TriesAgainUntilTheEndpointAccepts) {
  receiver_.AnswerWith([](int count, const ReceivedWebhook&) { return count < 4 ? Answer{500, "", false} : Answer(); });
  Subscribe("a", receiver_.url());
  Put("1");
  Put("1");
  Start();
  EXPECT_EQ(SequencesOf(receiver_.WaitFor(5)), (std::vector<int64_t>{1, 1, 1, 1, 2}));
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 2; }));
  const auto received = receiver_.WaitFor(5);
  EXPECT_EQ(received[0].Header("webhook-id"), received[3].Header("webhook-id"));
  EXPECT_NE(metrics_.Render().find("tarn_webhook_deliveries_total{result=\"failure\"} 3"), std::string::npos);
}

TEST_F(DelivererTest, LetsABlockedKeyDelayNoOther) {
  std::atomic<bool> blocked{true};
  receiver_.AnswerWith([&](int, const ReceivedWebhook& webhook) {
    return blocked && KeyOf(webhook) == "blocked" ? Answer{500, "", false} : Answer();
  });
  Subscribe("a", receiver_.url());
  Start();
  for (int i = 0; i < 200; ++i) {
    if (i % 20 == 0) Put("blocked");
    Put("other/" + std::to_string(i));
  }
  const auto delivered = [&](const std::string& prefix) {
    std::set<int64_t> sequences;
    for (const auto& webhook : receiver_.WaitFor(0)) {
      if (KeyOf(webhook).starts_with(prefix)) sequences.insert(FromCloudEvent(webhook.body)->sequence);
    }
    return sequences.size();
  };
  EXPECT_TRUE(Eventually([&] { return delivered("other/") == 200; }));
  EXPECT_EQ(delivered("blocked"), 1u) << "the next of the same key waits for the first";
  EXPECT_EQ(subscriptions_->LoadState("a", "extract")->delivered_sequence, 0) << "a low-water mark";
  blocked = false;
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 210; }));
  std::vector<int64_t> order;
  for (const auto& webhook : receiver_.WaitFor(0)) {
    if (KeyOf(webhook) == "blocked") order.push_back(FromCloudEvent(webhook.body)->sequence);
  }
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(std::set<int64_t>(order.begin(), order.end()).size(), 10u);
}

TEST_F(DelivererTest, HasSeveralRequestsInFlightButNoMoreThanItMay) {
  receiver_.AnswerWith([](int, const ReceivedWebhook&) { return Answer{204, "", true}; });
  options_.max_in_flight = 4;
  Subscribe("a", receiver_.url());
  for (int i = 0; i < 10; ++i) Put(std::to_string(i));
  Start();
  EXPECT_EQ(receiver_.WaitFor(4).size(), 4u);
  EXPECT_EQ(receiver_.WaitFor(5, milliseconds(100)).size(), 4u);
}

TEST_F(DelivererTest, SendsAgainAfterARestartWhatIsAboveTheLowWaterMark) {
  receiver_.AnswerWith([](int, const ReceivedWebhook& webhook) { return KeyOf(webhook) == "1" ? Answer{500, "", false} : Answer(); });
  options_.max_backoff = options_.initial_backoff = hours(1);
  Subscribe("a", receiver_.url());
  Put("1");
  Put("2");
  Start();
  EXPECT_TRUE(Eventually([&] {
    const auto state = subscriptions_->LoadState("a", "extract");
    return state->attempts == 1 && state->read_sequence == 2 && state->pending == 1 && state->next_attempt_at;
  }));
  deliverer_.reset();
  Start();
  EXPECT_THAT(KeysOf(receiver_.WaitFor(3)), testing::UnorderedElementsAre("1", "2", "2"));
  EXPECT_EQ(subscriptions_->LoadState("a", "extract")->attempts, 1) << "the first still waits";
}

TEST_F(DelivererTest, HoldsBackEverythingWhileTheEndpointAsksForIt) {
  options_.max_backoff = hours(1);
  receiver_.AnswerWith([](int, const ReceivedWebhook&) { return Answer{429, "Retry-After: 1000\r\n", false}; });
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->attempts == 1; }));
  Put("2");
  EXPECT_EQ(receiver_.WaitFor(2, milliseconds(100)).size(), 1u);
  const auto next = subscriptions_->LoadState("a", "extract")->next_attempt_at;
  ASSERT_TRUE(next);
  EXPECT_GT(*next, Now() + seconds(900));
}

TEST_F(DelivererTest, HonoursARetryAfterThatIsADate) {
  options_.max_backoff = hours(1);
  const std::string date = FormatHttpDate(Now() + seconds(500));
  receiver_.AnswerWith([date](int, const ReceivedWebhook&) { return Answer{503, "Retry-After: " + date + "\r\n", false}; });
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->next_attempt_at > Now() + seconds(400); }));
}

TEST_F(DelivererTest, SignsWithBothSecretsWhileTheyOverlap) {
  const std::string old_secret = Subscribe("a", receiver_.url());
  const auto rotated = subscriptions_->Update("a", [&](Subscription& subscription) {
    subscription.previous_secret = std::exchange(subscription.secret, NewSecret());
    subscription.previous_secret_until = Now() + hours(1);
    return Ok();
  });
  Put("1");
  Start();
  const auto received = receiver_.WaitFor(1);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].Header("webhook-signature").find(" v1,"), 47u);
  for (const std::string& secret : {old_secret, rotated->secret}) {
    EXPECT_THAT(VerifySignature(secret, [&](std::string_view name) { return received[0].Header(name); }, received[0].body, Now()), IsOk());
  }
}

TEST_F(DelivererTest, SendsNothingWhileASubscriptionIsPausedAndLosesNothing) {
  Subscribe("a", receiver_.url());
  Start();
  Put("1");
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 1; }));
  ASSERT_THAT(subscriptions_->Update("a", [](Subscription& s) { return s.paused = true, Ok(); }), IsOk());
  deliverer_->Wake();
  // A second subscription that gets its event has been matched together with the paused one.
  WebhookReceiver marker;
  Subscribe("b", marker.url());
  EXPECT_EQ(marker.WaitFor(1).size(), 1u);
  Put("2");
  EXPECT_EQ(marker.WaitFor(2).size(), 2u);
  EXPECT_EQ(receiver_.WaitFor(0).size(), 1u);
  ASSERT_THAT(subscriptions_->Update("a", [](Subscription& s) { return s.paused = false, Ok(); }), IsOk());
  EXPECT_EQ(KeysOf(receiver_.WaitFor(2)), (std::vector<std::string>{"1", "2"}));
}

TEST_F(DelivererTest, KeepsTheLastAttempts) {
  receiver_.AnswerWith([](int count, const ReceivedWebhook&) { return count == 1 ? Answer{500, "", false} : Answer(); });
  Subscribe("a", receiver_.url());
  Put("k");
  Start();
  EXPECT_TRUE(Eventually([&] { return subscriptions_->Attempts("a", 10)->size() == 2; }));
  const auto attempts = *subscriptions_->Attempts("a", 10);
  EXPECT_EQ(attempts[0].status, 204);
  EXPECT_EQ(attempts[0].error, "");
  EXPECT_EQ(attempts[1].status, 500);
  EXPECT_EQ(attempts[1].error, "the endpoint answered 500");
  EXPECT_EQ(attempts[1].key, "raw/k");
  for (int i = 0; i < 150; ++i) Put(std::to_string(i));
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 151; }));
  EXPECT_EQ(subscriptions_->Attempts("a", 1000)->size(), static_cast<size_t>(SubscriptionStore::kKeptAttempts));
}

TEST_F(DelivererTest, SendsS3NotificationsOnRequest) {
  Subscribe("a", receiver_.url());
  ASSERT_THAT(subscriptions_->Update("a", [](Subscription& s) { return s.body_format = BodyFormat::kS3, Ok(); }), IsOk());
  Put("a b.json");
  Start();
  const auto received = receiver_.WaitFor(1);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].Header("content-type"), "application/json");
  const auto body = json::Parse(received[0].body);
  ASSERT_THAT(body, IsOk());
  EXPECT_EQ((*body)["Records"][0]["s3"]["object"]["key"], "a+b.json");
  EXPECT_EQ((*body)["Records"][0]["s3"]["configurationId"], "a");
}

TEST_F(DelivererTest, SendsATestEventAndSaysWhatCameOfIt) {
  const std::string secret = Subscribe("a", receiver_.url());
  Start();
  auto attempt = deliverer_->SendTest(*subscriptions_->Get("a"));
  ASSERT_THAT(attempt, IsOk());
  EXPECT_EQ(attempt->status, 204);
  EXPECT_EQ(attempt->error, "");
  const auto received = receiver_.WaitFor(1);
  EXPECT_TRUE(IsTestEvent(received.at(0).body));
  EXPECT_THAT(VerifySignature(secret, [&](std::string_view name) { return received[0].Header(name); }, received[0].body, Now()), IsOk());
  receiver_.AnswerWith([](int, const ReceivedWebhook&) { return Answer{410, "", false}; });
  attempt = deliverer_->SendTest(*subscriptions_->Get("a"));
  EXPECT_EQ(attempt->error, "the endpoint answered 410");
  EXPECT_TRUE(subscriptions_->Get("a")->enabled);
}

TEST_F(DelivererTest, DeliversManyEventsOfManyKeysEachOnceAndInOrder) {
  Subscribe("a", receiver_.url());
  Start();
  for (int commit = 0; commit < 50; ++commit) {
    std::vector<object_store::Change> changes(30);
    for (size_t i = 0; i < changes.size(); ++i) {
      auto writer = store_->Stage();
      changes[i].bucket = "raw";
      changes[i].key = std::to_string(i);
      changes[i].content = (*writer)->Finish().value();
    }
    ASSERT_THAT(store_->Commit(std::move(changes), {}), IsOk());
  }
  std::map<std::string, int64_t> last;
  for (const auto& webhook : receiver_.WaitFor(1500, seconds(30))) {
    const auto event = FromCloudEvent(webhook.body);
    EXPECT_LT(std::exchange(last[event->object.key], event->sequence), event->sequence);
  }
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 1500; }));
  EXPECT_EQ(receiver_.WaitFor(0).size(), 1500u);
}

TEST_F(DelivererTest, DoesNotFollowRedirects) {
  WebhookReceiver elsewhere;
  receiver_.AnswerWith([&](int count, const ReceivedWebhook&) {
    return count == 1 ? Answer{307, "Location: " + elsewhere.url() + "\r\n", false} : Answer();
  });
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  EXPECT_EQ(receiver_.WaitFor(2).size(), 2u);
  EXPECT_TRUE(elsewhere.WaitFor(0).empty());
}

TEST_F(DelivererTest, GoesOnAfterTheLastDeliveredEventWhenItIsStartedAgain) {
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  // Stopped before it has read the answer, it would rightly send the event again.
  ASSERT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 1; }));
  deliverer_.reset();
  Put("2");
  Start();
  EXPECT_EQ(KeysOf(receiver_.WaitFor(2)), (std::vector<std::string>{"1", "2"}));
}

TEST_F(DelivererTest, DisablesASubscriptionThatIsGone) {
  receiver_.AnswerWith([](int, const ReceivedWebhook&) { return Answer{410, "", false}; });
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  EXPECT_TRUE(Eventually([&] { return !subscriptions_->Get("a")->enabled; }));
  EXPECT_EQ(subscriptions_->Get("a")->disabled_reason, "the endpoint answered 410");
  receiver_.AnswerWith([](int, const ReceivedWebhook&) { return Answer(); });
  Subscribe("a", receiver_.url());
  EXPECT_EQ(KeysOf(receiver_.WaitFor(2)), (std::vector<std::string>{"1", "1"})) << "nothing was lost meanwhile";
}

TEST_F(DelivererTest, WaitsAsLongAsRetryAfterAsksUpToItsLimit) {
  receiver_.AnswerWith([](int count, const ReceivedWebhook&) {
    return count == 1 ? Answer{503, "Retry-After: 999999\r\n", false} : Answer();
  });
  options_.max_backoff = milliseconds(300);
  Subscribe("a", receiver_.url());
  Put("1");
  const auto before = std::chrono::steady_clock::now();
  Start();
  EXPECT_EQ(receiver_.WaitFor(2).size(), 2u);
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(290));
}

TEST_F(DelivererTest, TriesAtOnceWhenASubscriptionIsRegisteredAgain) {
  options_.initial_backoff = options_.max_backoff = hours(1);
  receiver_.AnswerWith([](int count, const ReceivedWebhook&) {
    return count == 1 ? Answer{503, "Retry-After: 3000\r\n", false} : Answer();
  });
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->next_attempt_at.has_value(); }));
  EXPECT_EQ(subscriptions_->LoadState("a", "extract")->last_status, 503);
  Subscribe("a", receiver_.url());
  EXPECT_EQ(receiver_.WaitFor(2).size(), 2u);
}

TEST_F(DelivererTest, MakesDeadLettersOfWhatCannotBeDeliveredAndGoesOn) {
  receiver_.AnswerWith([](int, const ReceivedWebhook& webhook) {
    return FromCloudEvent(webhook.body)->object.key == "poison" ? Answer{400, "", false} : Answer();
  });
  options_.give_up_after = milliseconds(50);
  Subscribe("a", receiver_.url());
  Put("poison");
  Put("fine");
  Start();
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 2; }));
  const auto letters = subscriptions_->ListDeadLetters("", 10);
  ASSERT_EQ(letters->size(), 1u);
  EXPECT_EQ((*letters)[0].sequence, 1);
  EXPECT_EQ((*letters)[0].reason, "the endpoint answered 400");
  EXPECT_THAT(KeysOf(receiver_.WaitFor(0)), testing::Contains("fine"));
}

TEST_F(DelivererTest, RedrivesDeadLettersOnRequest) {
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  ASSERT_EQ(receiver_.WaitFor(1).size(), 1u);
  ASSERT_THAT(subscriptions_->AddDeadLetter({"d1", "a", 1, "old", Now()}), IsOk());
  receiver_.AnswerWith([](int count, const ReceivedWebhook&) { return count == 2 ? Answer{500, "", false} : Answer(); });
  ASSERT_THAT(subscriptions_->RequestRedrive("d1"), IsOk());
  deliverer_->Wake();
  EXPECT_TRUE(Eventually([&] { return subscriptions_->GetDeadLetter("d1")->reason == "the endpoint answered 500"; }));
  EXPECT_FALSE(subscriptions_->GetDeadLetter("d1")->redrive_requested);
  ASSERT_THAT(subscriptions_->RequestRedrive("d1"), IsOk());
  deliverer_->Wake();
  EXPECT_TRUE(Eventually([&] { return !subscriptions_->GetDeadLetter("d1").ok(); }));
  EXPECT_EQ(KeysOf(receiver_.WaitFor(3)), (std::vector<std::string>{"1", "1", "1"}));
}

TEST_F(DelivererTest, LetsASlowSubscriptionDelayNobody) {
  WebhookReceiver slow;
  slow.AnswerWith([](int, const ReceivedWebhook&) { return Answer{204, "", true}; });
  Subscribe("slow", slow.url());
  Subscribe("swift", receiver_.url());
  Start();
  for (int i = 0; i < 5; ++i) Put(std::to_string(i));
  EXPECT_EQ(receiver_.WaitFor(5).size(), 5u);
  EXPECT_GE(slow.WaitFor(1).size(), 1u);
}

TEST_F(DelivererTest, BreaksARequestOffWhenItIsStopped) {
  receiver_.AnswerWith([](int, const ReceivedWebhook&) { return Answer{204, "", true}; });
  Subscribe("a", receiver_.url());
  Put("1");
  Start();
  ASSERT_EQ(receiver_.WaitFor(1).size(), 1u);
  const auto before = std::chrono::steady_clock::now();
  deliverer_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(5));
  EXPECT_EQ(subscriptions_->LoadState("a", "extract")->delivered_sequence, 0);
}

TEST_F(DelivererTest, FollowsAChangedEndpointAndARemovedSubscription) {
  Subscribe("a", receiver_.url());
  Start();
  Put("1");
  ASSERT_EQ(receiver_.WaitFor(1).size(), 1u);
  WebhookReceiver moved;
  Subscribe("a", moved.url());
  deliverer_->Wake();
  for (int i = 2; moved.WaitFor(1, milliseconds(50)).empty() && i < 100; ++i) Put(std::to_string(i));
  EXPECT_FALSE(moved.WaitFor(0).empty());
  ASSERT_THAT(subscriptions_->Remove("a"), IsOk());
  Subscribe("b", receiver_.url(), {"", "last", "", {}, ""});
  Put("last");
  EXPECT_TRUE(Eventually([&] { return KeysOf(receiver_.WaitFor(0)).back() == "last"; }));
}

TEST_F(DelivererTest, ToldToConnectNowhereElseRefusesPrivateAddresses) {
  Subscribe("a", "http://10.0.0.1:9/");
  Put("1");
  Start();
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->attempts > 0; }));
  EXPECT_EQ(subscriptions_->LoadState("a", "extract")->last_status, 0);
}

}  // namespace
}  // namespace tarn::events

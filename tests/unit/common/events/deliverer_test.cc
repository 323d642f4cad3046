#include "common/events/deliverer.h"

#include <gtest/gtest.h>

#include <set>

#include "common/events/webhook.h"
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

TEST_F(DelivererTest, SendsSignedEventsInOrder) {
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
  EXPECT_EQ(KeysOf(receiver_.WaitFor(2)), (std::vector<std::string>{"x/1.json", "x/4.json"}));
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 5; }));
  EXPECT_EQ(receiver_.WaitFor(0).size(), 2u);
  EXPECT_TRUE(transforms.WaitFor(0).empty());
}

TEST_F(DelivererTest, TriesAgainUntilTheEndpointAccepts) {
  receiver_.AnswerWith([](int count, const ReceivedWebhook&) { return count < 4 ? Answer{500, "", false} : Answer(); });
  Subscribe("a", receiver_.url());
  Put("1");
  Put("2");
  Start();
  EXPECT_EQ(KeysOf(receiver_.WaitFor(5)), (std::vector<std::string>{"1", "1", "1", "1", "2"}));
  EXPECT_TRUE(Eventually([&] { return subscriptions_->LoadState("a", "extract")->delivered_sequence == 2; }));
  const auto received = receiver_.WaitFor(5);
  EXPECT_EQ(received[0].Header("webhook-id"), received[3].Header("webhook-id"));
  EXPECT_NE(metrics_.Render().find("tarn_webhook_deliveries_total{result=\"failure\"} 3"), std::string::npos);
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
  EXPECT_EQ(KeysOf(receiver_.WaitFor(1)).back(), "fine");
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
  EXPECT_EQ(slow.WaitFor(1).size(), 1u);
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

#include <gtest/gtest.h>

#include "common/events/subscriptions.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::events {
namespace {

using object_store::Event;

class Subscriptions : public testing::Test {
 protected:
  void SetUp() override { store_ = std::move(SubscriptionStore::Open(directory_ / "lake")).value(); }

  static Subscription Wanted(const std::string& id) {
    Subscription subscription;
    subscription.id = id;
    subscription.endpoint = "http://127.0.0.1:8102/v1/events";
    subscription.filter = {"raw", "spotify/", ".json", {Event::Type::kObjectCreated}, "extract"};
    return subscription;
  }

  TempDirectory directory_;
  std::unique_ptr<SubscriptionStore> store_;
};

TEST_F(Subscriptions, AreKeptWithASecretOfTheirOwn) {
  const auto created = store_->Upsert(Wanted("a"), 7);
  ASSERT_THAT(created, IsOk());
  EXPECT_TRUE(created->secret.starts_with("whsec_"));
  store_ = std::move(SubscriptionStore::Open(directory_ / "lake")).value();
  const auto read = store_->Get("a");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->secret, created->secret);
  EXPECT_EQ(read->filter.suffix, ".json");
  EXPECT_EQ(read->filter.types, std::vector<Event::Type>{Event::Type::kObjectCreated});
  EXPECT_EQ(store_->LoadState("a", "extract")->delivered_sequence, 7);
}

TEST_F(Subscriptions, RegisteredAgainKeepSecretAndPlaceInTheLog) {
  const auto first = store_->Upsert(Wanted("a"), 7);
  ASSERT_THAT(store_->Disable("a", "gone"), IsOk());
  EXPECT_EQ(store_->Get("a")->disabled_reason, "gone");
  DeliveryState waiting = *store_->LoadState("a", "extract");
  waiting.delivered_sequence = 12;
  waiting.attempts = 3;
  waiting.next_attempt_at = Now() + std::chrono::hours(1);
  ASSERT_THAT(store_->SaveState(waiting), IsOk());
  Subscription changed = Wanted("a");
  changed.endpoint = "https://example.org/hook?x=1";
  const auto second = store_->Upsert(changed, 0);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->secret, first->secret);
  EXPECT_TRUE(store_->Get("a")->enabled);
  EXPECT_EQ(store_->Get("a")->disabled_reason, "");
  EXPECT_EQ(store_->Get("a")->endpoint, "https://example.org/hook?x=1");
  EXPECT_EQ(store_->LoadState("a", "extract")->delivered_sequence, 12);
  EXPECT_FALSE(store_->LoadState("a", "extract")->next_attempt_at) << "it is tried at once";
  EXPECT_EQ(store_->LoadState("a", "transform")->delivered_sequence, 7);
}

struct BadCase {
  std::string pointer;
  std::function<void(Subscription&)> spoil;
};

TEST_F(Subscriptions, AreRefusedWithThePlaceOfTheFault) {
  const auto endpoint = [](std::string url) -> BadCase {
    return {"/endpoint", [url](Subscription& s) { s.endpoint = url; }};
  };
  const std::vector<BadCase> cases = {
      endpoint(""), endpoint("ftp://x/"), endpoint("http://"), endpoint("http:///path"), endpoint("http://:80/"), endpoint("/v1"),
      endpoint("http://user:pass@host/"), endpoint("http://host/a b"), endpoint("http://host/#part"),
      endpoint("http://host/\r\nX: y"), endpoint("http://host/" + std::string(2048, 'x')), endpoint("http://h\u00f6st/"),
      {"/id", [](Subscription& s) { s.id = "a/b"; }}, {"/id", [](Subscription& s) { s.id = std::string(129, 'a'); }},
      {"/filter/prefix", [](Subscription& s) { s.filter.prefix = std::string(1025, 'a'); }},
      {"/secret", [](Subscription& s) { s.secret = "whsec_c2hvcnQ="; }}, {"/secret", [](Subscription& s) { s.secret = "plain"; }}};
  for (const BadCase& item : cases) {
    Subscription subscription = Wanted("a");
    item.spoil(subscription);
    EXPECT_THAT(store_->Upsert(subscription, 0), HasError(Code::kInvalidArgument, item.pointer)) << subscription.endpoint;
  }
  EXPECT_TRUE(store_->List("", 10)->empty());
}

TEST_F(Subscriptions, AreListedInPages) {
  for (const char* id : {"c", "a", "b"}) ASSERT_THAT(store_->Upsert(Wanted(id), 0), IsOk());
  const auto first = store_->List("", 2);
  ASSERT_EQ(first->size(), 2u);
  EXPECT_EQ((*first)[0].id, "a");
  const auto second = store_->List("b", 2);
  ASSERT_EQ(second->size(), 1u);
  EXPECT_EQ((*second)[0].id, "c");
}

TEST_F(Subscriptions, TakeStatesAndDeadLettersWithThem) {
  ASSERT_THAT(store_->Upsert(Wanted("a"), 0), IsOk());
  const DeliveryState state = *store_->LoadState("a", "extract");
  ASSERT_THAT(store_->SaveState(state), IsOk());
  ASSERT_THAT(store_->AddDeadLetter({"d1", "a", 5, "no answer", Now()}), IsOk());
  EXPECT_EQ(store_->States("a")->size(), 1u);
  ASSERT_THAT(store_->Remove("a"), IsOk());
  EXPECT_THAT(store_->Remove("a"), HasError(Code::kNotFound, "a"));
  EXPECT_THAT(store_->Get("a"), HasError(Code::kNotFound, "a"));
  EXPECT_THAT(store_->LoadState("a", "extract"), HasError(Code::kNotFound, "a"));
  EXPECT_TRUE(store_->ListDeadLetters("", 10)->empty());
  // A delivery that was under way ends after the subscription does.
  EXPECT_THAT(store_->SaveState(state), IsOk());
  EXPECT_THAT(store_->AddDeadLetter({"d2", "a", 6, "late", Now()}), IsOk());
  EXPECT_TRUE(store_->States("a")->empty());
  EXPECT_TRUE(store_->ListDeadLetters("", 10)->empty());
}

TEST_F(Subscriptions, HaveOneDeadLetterPerEvent) {
  ASSERT_THAT(store_->Upsert(Wanted("a"), 0), IsOk());
  ASSERT_THAT(store_->AddDeadLetter({"d1", "a", 5, "first", Now()}), IsOk());
  ASSERT_THAT(store_->AddDeadLetter({"d2", "a", 5, "again", Now()}), IsOk());
  ASSERT_EQ(store_->ListDeadLetters("", 10)->size(), 1u);
  EXPECT_THAT(store_->RequestRedrive("d2"), HasError(Code::kNotFound, "d2"));
  ASSERT_THAT(store_->RequestRedrive("d1"), IsOk());
  EXPECT_EQ(store_->RequestedRedrives("a")->size(), 1u);
  ASSERT_THAT(store_->RedriveFailed("d1", "again 500"), IsOk());
  EXPECT_TRUE(store_->RequestedRedrives("a")->empty());
  EXPECT_EQ(store_->GetDeadLetter("d1")->reason, "again 500");
  ASSERT_THAT(store_->RemoveDeadLetter("d1"), IsOk());
  EXPECT_THAT(store_->GetDeadLetter("d1"), HasError(Code::kNotFound, "d1"));
}

TEST_F(Subscriptions, AreSharedByProcesses) {
  const auto other = SubscriptionStore::Open(directory_ / "lake");
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT(store_->Upsert(Wanted("a"), 0), IsOk());
  EXPECT_THAT((*other)->Get("a"), IsOk());
}

}  // namespace
}  // namespace tarn::events

#include "services/extract/sources/client/source_governor.h"

#include <future>
#include <thread>
#include <vector>

#include "tests/unit/services/extract/sources/client/client_lab.h"

namespace tarn::extract {
namespace {

using Entry = SourceGovernor::Entry;
using Outcome = SourceGovernor::Outcome;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class SourceGovernorTest : public ClientLab {
 protected:
  SourceGovernor::Admission Enter() { return governor->Enter(stop.get_token(), minutes(1)); }
  std::future<SourceGovernor::Admission> EnterLater() {
    return std::async(std::launch::async, [this] { return Enter(); });
  }
};

TEST_F(SourceGovernorTest, LetsOnlySoManyRequestsBeUnderWay) {
  UseLimits({.concurrency = 2});
  auto first = Enter(), second = Enter();
  auto third = EnterLater();
  WaitUntilWaiting(1);
  first.permit.End(Outcome::kAnswered);
  EXPECT_EQ(third.get().entry, Entry::kAdmitted);
}

TEST_F(SourceGovernorTest, ServesFirstWhoCameFirst) {
  UseLimits({.concurrency = 1});
  auto busy = Enter();
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto admission = Enter();
      const std::lock_guard lock(mutex);
      order.push_back(i);
    });
    WaitUntilWaiting(static_cast<size_t>(i) + 1);
  }
  busy.permit.End(Outcome::kAnswered);
  threads.clear();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(SourceGovernorTest, EndsAWaitAtOnceWhenCancelledAndLetsTheOthersGoOn) {
  UseLimits({.concurrency = 1});
  auto busy = Enter();
  std::stop_source given_up;
  auto first =
      std::async(std::launch::async, [&] { return governor->Enter(given_up.get_token(), minutes(1)).entry; });
  WaitUntilWaiting(1);
  auto second = EnterLater();
  WaitUntilWaiting(2);
  given_up.request_stop();
  EXPECT_EQ(first.get(), Entry::kCancelled);
  busy.permit.End(Outcome::kAnswered);
  EXPECT_EQ(second.get().entry, Entry::kAdmitted);
}

TEST_F(SourceGovernorTest, WaitsForTheRateBudget) {
  UseLimits({.requests = 2, .per = seconds(10)});
  Enter();
  Pass(seconds(3));
  Enter();
  auto third = EnterLater();
  WaitUntilWaiting(1);
  Pass(milliseconds(6'999));
  EXPECT_EQ(third.wait_for(seconds(0)), std::future_status::timeout);
  Pass(milliseconds(1));
  EXPECT_EQ(third.get().entry, Entry::kAdmitted);
}

TEST_F(SourceGovernorTest, RefusesToWaitTooLongForTheBudget) {
  UseLimits({.requests = 1, .per = std::chrono::hours(1)});
  Enter();
  Pass(minutes(10));
  const auto second = Enter();
  EXPECT_EQ(second.entry, Entry::kTooLong);
  EXPECT_EQ(second.delay, minutes(50));
}

TEST_F(SourceGovernorTest, AppliesChangedLimitsToThoseWhoWait) {
  UseLimits({.requests = 1, .per = seconds(30)});
  Enter();
  auto second = EnterLater();
  WaitUntilWaiting(1);
  UseLimits({.requests = 2, .per = seconds(30)});
  EXPECT_EQ(second.get().entry, Entry::kAdmitted);
}

TEST_F(SourceGovernorTest, HoldsEverybodyAsLongAsTheSourceAsked) {
  governor->Hold(seconds(30));
  governor->Hold(seconds(5));
  auto first = EnterLater(), second = EnterLater();
  WaitUntilWaiting(2);
  Pass(seconds(30));
  EXPECT_EQ(first.get().entry, Entry::kAdmitted);
  EXPECT_EQ(second.get().entry, Entry::kAdmitted);
}

TEST_F(SourceGovernorTest, SendsThoseAwayWhoWaitWhenTheSourceAsksForTooLong) {
  UseLimits({.concurrency = 1});
  auto busy = Enter();
  auto first = EnterLater(), second = EnterLater();
  WaitUntilWaiting(2);
  governor->Hold(minutes(5));
  EXPECT_EQ(first.get().entry, Entry::kTooLong);
  EXPECT_EQ(second.get().entry, Entry::kTooLong);
}

TEST_F(SourceGovernorTest, FailsAtOnceWhileTheCircuitIsOpenAndThenSendsOneProbe) {
  UseLimits({.breaker_failures = 2, .breaker_pause = seconds(60)});
  for (int i = 0; i < 2; ++i) Enter().permit.End(Outcome::kFailed);
  const auto refused = Enter();
  EXPECT_EQ(refused.entry, Entry::kCircuitOpen);
  EXPECT_EQ(refused.delay, seconds(60));

  Pass(seconds(60));
  auto probe = Enter();
  ASSERT_EQ(probe.entry, Entry::kAdmitted);
  auto waits = EnterLater();
  WaitUntilWaiting(1);
  probe.permit.End(Outcome::kAnswered);
  EXPECT_EQ(waits.get().entry, Entry::kAdmitted);
}

TEST_F(SourceGovernorTest, RefusesThoseWhoWaitedForAProbeThatFails) {
  UseLimits({.breaker_failures = 1, .breaker_pause = seconds(60)});
  Enter().permit.End(Outcome::kFailed);
  Pass(seconds(60));
  auto probe = Enter();
  auto waits = EnterLater();
  WaitUntilWaiting(1);
  probe.permit.End(Outcome::kFailed);
  EXPECT_EQ(waits.get().entry, Entry::kCircuitOpen);
}

TEST_F(SourceGovernorTest, LetsOneExchangeCredentialsAtATime) {
  auto turn = governor->TakeCredentialsTurn(stop.get_token());
  auto next = std::async(std::launch::async, [&] { return governor->TakeCredentialsTurn(stop.get_token()); });
  std::stop_source given_up;
  auto impatient =
      std::async(std::launch::async, [&] { return governor->TakeCredentialsTurn(given_up.get_token()); });
  given_up.request_stop();
  EXPECT_EQ(impatient.get(), nullptr);
  EXPECT_EQ(next.wait_for(seconds(0)), std::future_status::timeout);
  turn.reset();
  EXPECT_NE(next.get(), nullptr);
}

TEST(SourceGovernors, KeepTheGovernorOfASourceWhenItsLimitsChange) {
  SourceGovernors governors;
  const auto governor = governors.Get("a", {.requests = 1, .per = std::chrono::hours(1)});
  EXPECT_NE(governors.Get("b", {}), governor);
  std::stop_source stop;
  governor->Enter(stop.get_token(), seconds(1));
  EXPECT_EQ(governor->Enter(stop.get_token(), seconds(1)).entry, Entry::kTooLong);
  EXPECT_EQ(governors.Get("a", {.requests = 2, .per = std::chrono::hours(1)}), governor);
  EXPECT_EQ(governor->Enter(stop.get_token(), seconds(1)).entry, Entry::kAdmitted);
  EXPECT_EQ(governor->Enter(stop.get_token(), seconds(1)).entry, Entry::kTooLong);
}

}  // namespace
}  // namespace tarn::extract

#include "services/extract/sources/client/circuit_breaker.h"

#include <gtest/gtest.h>

namespace tarn::extract {
namespace {

using Gate = CircuitBreaker::Gate;
using Outcome = CircuitBreaker::Outcome;
using std::chrono::seconds;

constexpr CircuitBreaker::TimePoint kStart{};

class CircuitBreakerTest : public testing::Test {
 protected:
  CircuitBreakerTest() { breaker.SetLimits(3, seconds(60)); }

  void Request(Outcome outcome, CircuitBreaker::TimePoint now = kStart) {
    const bool probe = breaker.GateAt(now) == Gate::kPassAsProbe;
    breaker.Enter(now);
    breaker.Leave(probe, outcome, now);
  }
  void Open() {
    for (int i = 0; i < 3; ++i) Request(Outcome::kFailed);
  }

  CircuitBreaker breaker;
};

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
  Request(Outcome::kFailed);
  Request(Outcome::kFailed);
  Request(Outcome::kAnswered);
  Request(Outcome::kFailed);
  Request(Outcome::kUnknown);
  Request(Outcome::kFailed);
  EXPECT_EQ(breaker.GateAt(kStart), Gate::kPass);
  Request(Outcome::kFailed);
  EXPECT_EQ(breaker.GateAt(kStart), Gate::kShut);
  EXPECT_EQ(breaker.ShutFor(kStart + seconds(10)), seconds(50));
}

TEST_F(CircuitBreakerTest, LetsOneProbeThroughAfterThePause) {
  Open();
  const auto later = kStart + seconds(60);
  ASSERT_EQ(breaker.GateAt(later), Gate::kPassAsProbe);
  breaker.Enter(later);
  EXPECT_EQ(breaker.GateAt(later), Gate::kProbeUnderWay);
  breaker.Leave(true, Outcome::kAnswered, later);
  EXPECT_EQ(breaker.GateAt(later), Gate::kPass);
}

TEST_F(CircuitBreakerTest, OpensAgainWhenTheProbeFails) {
  Open();
  const auto later = kStart + seconds(61);
  Request(Outcome::kFailed, later);
  EXPECT_EQ(breaker.ShutFor(later), seconds(60));
}

TEST_F(CircuitBreakerTest, SendsAnotherProbeWhenOneFindsOutNothing) {
  Open();
  const auto later = kStart + seconds(61);
  Request(Outcome::kUnknown, later);
  EXPECT_EQ(breaker.GateAt(later), Gate::kPassAsProbe);
}

TEST_F(CircuitBreakerTest, IsNotOpenForLongerBecauseOfRequestsFromBefore) {
  Open();
  breaker.Leave(false, Outcome::kFailed, kStart + seconds(50));
  EXPECT_EQ(breaker.GateAt(kStart + seconds(60)), Gate::kPassAsProbe);
}

TEST_F(CircuitBreakerTest, NeverOpensAtZeroAndClosesWhenSwitchedOff) {
  Open();
  breaker.SetLimits(0, seconds(60));
  EXPECT_EQ(breaker.GateAt(kStart), Gate::kPass);
  for (int i = 0; i < 100; ++i) Request(Outcome::kFailed);
  EXPECT_EQ(breaker.GateAt(kStart), Gate::kPass);
}

}  // namespace
}  // namespace tarn::extract

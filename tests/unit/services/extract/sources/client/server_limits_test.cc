#include "services/extract/sources/client/server_limits.h"

#include <gtest/gtest.h>

namespace tarn::extract {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Headers = std::vector<std::pair<std::string, std::string>>;

const Timestamp kNow = *ParseRfc3339("2026-03-01T12:00:00Z");

http_client::Response With(Headers headers) {
  http_client::Response response;
  response.status = 200;
  response.headers = std::move(headers);
  return response;
}

std::optional<milliseconds> Asked(Headers headers) { return AskedDelay(With(std::move(headers)), kNow); }
std::optional<milliseconds> Budget(Headers headers) { return BudgetDelay(With(std::move(headers)), kNow); }

TEST(AskedDelay, ReadsSecondsAndDates) {
  EXPECT_EQ(Asked({{"Retry-After", "7"}}), seconds(7));
  EXPECT_EQ(Asked({{"Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT"}}), seconds(30));
  EXPECT_EQ(Asked({{"Retry-After", "Sun, 01 Mar 2020 12:00:30 GMT"}}), seconds(0));
}

TEST(AskedDelay, GoesByTheServersClockSoThatOursMayBeWrong) {
  EXPECT_EQ(
      Asked({{"Retry-After", "Tue, 05 Jan 2021 10:00:30 GMT"}, {"Date", "Tue, 05 Jan 2021 10:00:00 GMT"}}),
      seconds(30));
  EXPECT_EQ(Asked({{"Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT"}, {"Date", "yesterday"}}), seconds(30));
}

TEST(AskedDelay, IsNeverLongerThanADay) {
  EXPECT_EQ(Asked({{"Retry-After", "99999999999999999999999"}}), hours(24));
  EXPECT_EQ(Asked({{"Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"}}), hours(24));
}

TEST(AskedDelay, IgnoresWhatItCannotRead) {
  for (const char* value : {"", "soon", "-1", "1.5"})
    EXPECT_EQ(Asked({{"Retry-After", value}}), std::nullopt) << value;
  EXPECT_EQ(Asked({}), std::nullopt);
}

TEST(BudgetDelay, ReadsWhenTheBudgetIsFilledUpAgain) {
  const std::string in_20s = std::to_string(ToUnixMillis(kNow) / 1000 + 20);
  const std::vector<Headers> cases = {
      {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "20"}},
      {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "20"}},
      {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", in_20s}},
      {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", in_20s + "000"}},
      {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "20.000"}},
      {{"x-rate-limit-remaining", "0"}, {"x-rate-limit-reset", in_20s}},
      {{"RateLimit", "limit=100, remaining=0, reset=20"}},
      {{"RateLimit", R"("default";r=0;t=20)"}},
      {{"RateLimit", R"("burst;r=9";r=0;t=20;pk=:abc=:, "day";r=500;t=3600)"}},
      {{"RateLimit", R"("burst";r=0;t=5, "day";r=0;t=20)"}},
      {{"X-RateLimit-Remaining", "0"},
       {"X-RateLimit-Reset", "1577836820"},
       {"Date", "Wed, 01 Jan 2020 00:00:00 GMT"}},
  };
  for (const Headers& headers : cases)
    EXPECT_EQ(Budget(headers), seconds(20)) << headers[0].second << headers.back().second;
}

TEST(BudgetDelay, IsNothingWhileSomethingRemainsOrItCannotBeRead) {
  const std::vector<Headers> cases = {
      {},
      {{"RateLimit-Remaining", "1"}, {"RateLimit-Reset", "20"}},
      {{"RateLimit-Remaining", "0"}},
      {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "soon"}},
      {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "-5"}},
      {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "nan"}},
      {{"RateLimit-Remaining", ""}, {"RateLimit-Reset", "20"}},
      {{"RateLimit", R"("default";r=1;t=20)"}},
      {{"RateLimit", R"("default";r=0)"}},
      {{"RateLimit", "\"\"\";;==,,"}},
      {{"RateLimit", "limit=100, remaining=3, reset=20"}},
  };
  for (const Headers& headers : cases)
    EXPECT_EQ(Budget(headers), std::nullopt) << (headers.empty() ? "" : headers[0].second);
}

TEST(BudgetDelay, IsNeverNegativeNorLongerThanADay) {
  EXPECT_EQ(Budget({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1000000000"}}), seconds(0));
  for (const char* reset : {"9999999", "99999999999", "99999999999999999999"}) {
    EXPECT_EQ(Budget({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset}}), hours(24)) << reset;
  }
}

}  // namespace
}  // namespace tarn::extract

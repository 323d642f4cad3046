#include <gtest/gtest.h>

#include "common/http/message.h"

namespace tarn::http {
namespace {

const std::vector<std::string> kOffers = {"application/json", "text/csv",
                                          "application/x-ndjson; charset=utf-8"};

struct Case {
  const char* accept;
  std::optional<size_t> chosen;
};

TEST(Negotiate, ChoosesByWeightThenByTheServersOrder) {
  const Case cases[] = {
      {"", 0},
      {"*/*", 0},
      {"text/csv", 1},
      {"TEXT/CSV", 1},
      {"text/*", 1},
      {"application/*", 0},
      {"application/x-ndjson", 2},
      {"text/csv, application/json", 0},
      {"text/csv;q=0.9, application/json;q=0.1", 1},
      {"text/csv ; q=0.9 , */* ; q=0.1", 1},
      {"application/json;q=0, */*", 1},
      {"application/json;q=0", std::nullopt},
      {"image/png", std::nullopt},
      {"text/html, */*;q=0.8", 0},
      {"text/csv;q=0.001, application/x-ndjson;q=0.002", 2},
      {"text/csv;version=1;q=0.5, application/json;q=0.4", 1},
      {";;,,", std::nullopt},
  };
  for (const auto& [accept, chosen] : cases) EXPECT_EQ(Negotiate(accept, kOffers), chosen) << accept;
}

TEST(Negotiate, TakesTheFirstOfferWithoutAHeader) { EXPECT_EQ(Negotiate(std::nullopt, kOffers), 0u); }

TEST(Negotiate, HasNothingToChooseFromWithoutOffers) { EXPECT_EQ(Negotiate("*/*", {}), std::nullopt); }

}  // namespace
}  // namespace tarn::http

#include "services/extract/sources/rest/link_header.h"

#include <gtest/gtest.h>

namespace tarn::extract::rest {
namespace {

TEST(LinkHeader, FindsALinkByItsRelation) {
  const struct {
    std::string field, target;
  } cases[] = {
      {R"(<https://a/2>; rel="next", <https://a/9>; rel="last")", "https://a/2"},
      {R"(<https://a/1>; rel="prev", <https://a/3>; rel=next)", "https://a/3"},
      {R"(<https://a/2,x;y>; title="a, \"rel=b\""; REL="Last NEXT")", "https://a/2,x;y"},
      {R"(<?page=2>;rel="next")", "?page=2"},
      {R"(<https://a/2>; rel="nextpage")", ""},
      {R"(<https://a/2>; rel="prev"; rel="next")", ""},
      {R"(<https://a/2; rel="next")", ""},
      {R"(https://a/2; rel="next")", ""},
      {"<>", ""},
      {"", ""},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(FindLink({{"X", "y"}, {"link", each.field}}, "next"), each.target) << each.field;
  }
}

TEST(LinkHeader, MayStandInSeveralFields) {
  EXPECT_EQ(FindLink({{"Link", "<a>; rel=prev"}, {"Link", "<b>; rel=next"}}, "next"), "b");
}

}  // namespace
}  // namespace tarn::extract::rest

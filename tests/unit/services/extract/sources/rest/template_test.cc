#include "services/extract/sources/rest/template.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::extract::rest {
namespace {

const std::vector<std::string> kKnown = {"a", "parent.id"};

TEST(Template, PutsValuesInPlaceOfNames) {
  const auto text = Template::Parse("x={{ a }}&{{parent.id}}}", kKnown);
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(text->Render({{"a", {"1"}}, {"parent.id", {"2"}}}).value(), "x=1&2}");
  EXPECT_TRUE(text->Uses("a"));
  EXPECT_FALSE(text->Uses("b"));
}

TEST(Template, RefusesUnknownNamesAndOpenBraces) {
  EXPECT_THAT(Template::Parse("{{ b }}", kKnown), HasError(Code::kInvalidArgument, "a, parent.id; got: b"));
  EXPECT_THAT(Template::Parse("{{ a", kKnown), HasError(Code::kInvalidArgument, "without }}"));
  EXPECT_THAT(Template::Parse("{{ a }}", kKnown)->Render({}), HasError(Code::kUnprocessable, "no value"));
}

TEST(Template, KeepsAPathAPath) {
  const auto path = Template::Parse("/p/{{ a }}/x", kKnown);
  EXPECT_EQ(path->RenderPath({{"a", {"b/c? é"}}}).value(), "/p/b%2Fc%3F%20%C3%A9/x");
  EXPECT_THAT(path->RenderPath({{"a", {".."}}}), HasError(Code::kUnprocessable, ".."));
  EXPECT_THAT(path->RenderPath({{"a", {"."}}}), HasError(Code::kUnprocessable, ".."));
  EXPECT_THAT(path->RenderPath({{"a", {""}}}), HasError(Code::kUnprocessable, "empty"));
}

TEST(Template, FillsAJsonBodyWithoutBreakingIt) {
  const auto body = nlohmann::json::parse(R"({"since": "{{ a }}", "q": ["id = {{ parent.id }}"], "n": 1})");
  ASSERT_THAT(CheckJsonTemplate(body, "/body", kKnown), IsOk());
  const auto filled = RenderJsonTemplate(body, {{"a", {"12", true}}, {"parent.id", {"x\"}"}}});
  ASSERT_THAT(filled, IsOk());
  EXPECT_EQ(*filled, nlohmann::json::parse(R"({"since": 12, "q": ["id = x\"}"], "n": 1})"));
  EXPECT_THAT(CheckJsonTemplate({{"q", {"{{ z }}"}}}, "/body", kKnown),
              HasError(Code::kInvalidArgument, "/body/q/0"));
}

}  // namespace
}  // namespace tarn::extract::rest

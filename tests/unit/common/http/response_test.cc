#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/http/message.h"
#include "common/http/status.h"
#include "common/tracing/trace_context.h"

namespace tarn::http {
namespace {

TEST(Problem, SaysWhatWhereAndInWhichTrace) {
  const ScopedTrace scope(TraceContext::New());
  const Response response =
      Response::Problem(Error(Code::kNotFound, "there is no run with the id: 7").At("path"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.Find("content-type"), "application/problem+json");
  const nlohmann::json expected = {{"type", "about:blank"},
                                   {"title", "Not Found"},
                                   {"status", 404},
                                   {"code", "not_found"},
                                   {"where", "path"},
                                   {"detail", "there is no run with the id: 7"},
                                   {"trace_id", TraceContext::Current().trace_id}};
  EXPECT_EQ(nlohmann::json::parse(response.body), expected);
}

TEST(Problem, LeavesOutWhatIsNotKnown) {
  const auto body = nlohmann::json::parse(Response::Problem(Error(Code::kInternal, "broken")).body);
  EXPECT_FALSE(body.contains("where"));
  EXPECT_FALSE(body.contains("trace_id"));
}

TEST(Problem, HasATitleForEveryCode) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    const auto body = nlohmann::json::parse(Response::Problem(Error(static_cast<Code>(code), "x")).body);
    EXPECT_NE(body["title"], "Unknown") << body["code"];
  }
}

TEST(Problem, SurvivesBytesThatAreNoText) {
  EXPECT_TRUE(nlohmann::json::accept(Response::Problem(Error(Code::kInvalidArgument, "bad: \xff\xfe")).body));
}

TEST(Response, HasFactoriesForTheCommonKinds) {
  EXPECT_EQ(Response::Json(201, {{"a", 1}}).body, R"({"a":1})");
  EXPECT_EQ(Response::Json(201, {}).status, 201);
  EXPECT_EQ(Response::Text(200, "x").headers.Find("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(Response::NoContent().status, 204);
}

}  // namespace
}  // namespace tarn::http

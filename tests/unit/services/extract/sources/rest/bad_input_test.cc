#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

using testing::HasSubstr;

TEST(RestBadInput, IsAProblemOfItsStreamAndOthersGoOn) {
  const struct {
    Reply reply;
    std::string stream, message;
    Code code = Code::kUnprocessable;
  } cases[] = {
      {{200, "<!DOCTYPE html>\n<html>log in</html>", "Content-Type: text/html\r\n"},
       "",
       "got HTML (content type text/html): <!DOCTYPE html> <html>log"},
      {{200, "  <a/>"}, "", "expected JSON, got markup"},
      {{200, "Service busy", "Content-Type: text/plain\r\n"},
       "",
       "expected JSON (content type text/plain): Service busy"},
      {{200, ""}, "", "expected JSON"},
      {{200, R"({"items": [{"id": 1}, {"id")"}, "", "cut off: it ends at byte 27"},
      {{200, "{\"items\": [\"\xFF\"]}"}, "", "not UTF-8 at byte 12"},
      {{200, std::string(100, '[') + std::string(100, ']')}, "", "deeper than 64 levels"},
      {{200, R"({"data": []})"}, ", records: data.items", "no records at /data/items"},
      {{200, R"({"data": 7})"}, ", records: data", "expected an array of records or one record, got: 7"},
      {{200, R"({"items": [], "more": 7})"},
       ", paginator: {type: body_cursor, cursor: c, param: c, has_more: more}",
       "neither true nor false"},
      {{200, R"({"items": []})"},
       ", paginator: {type: body_cursor, cursor: c, param: c, has_more: more}",
       "no has_more at /more"},
      {{200, R"({"items": [1], "n": "many"})"}, ", paginator: {type: single, total: n}", "not a count: many"},
      {{200, R"({"items": [1]})"}, ", paginator: {type: single, total: n}", "no total at /n"},
      {{200, "[1]"}, ", paginator: {type: single, total_header: X-Total}", "no header X-Total"},
      {{200, R"([{"at": "noon"}])"}, ", incremental: {cursor: at}", "as cursor, got: noon"},
      {{200, "{}\n{x}\n"}, ", decoder: ndjson", "line that starts at byte 3"},
      {{200, "<html>"}, ", decoder: csv", "expected CSV, got HTML"},
      {{200, "\x1f\x8bnot gzip at all"}, "", "gzip"},
      {{200, "[" + std::string(5000, ' ') + "]"}, "", "", Code::kTooLarge},
      {{403, R"({"message": "no scope"})", "Content-Type: application/json\r\n"},
       "",
       "403: {\"message\": \"no scope\"}",
       Code::kPermissionDenied},
      {{404, ""}, "", "404", Code::kNotFound},
      {{500, ""}, "", "500"},
      {{418, ""}, "", "418"},
  };
  for (const auto& each : cases) {
    TestApi api(
        [&](const Asked& asked) { return asked.path == "/bad" ? each.reply : JsonReply(Records(0, 2)); });
    ConnectorLab lab;
    const auto outcome =
        RunRest(lab,
                "base_url: '{api}'\nmax_response_bytes: 4096\nstreams: [{name: bad, path: /bad" +
                    each.stream + "}, {name: good, path: /good}]",
                api);
    ASSERT_THAT(outcome, IsOk()) << each.message;
    ASSERT_EQ(outcome->problems.size(), 1U) << each.message;
    const Error& problem = outcome->problems[0];
    EXPECT_EQ(problem.code(), each.code) << Describe(problem);
    EXPECT_THAT(problem.message(), HasSubstr(each.message));
    EXPECT_THAT(problem.message(), HasSubstr("bad: "));
    EXPECT_EQ(problem.where(), api.Url("/bad")) << problem.message();
    EXPECT_FALSE(lab.pages->Finished("bad")) << each.message;
    EXPECT_TRUE(lab.pages->Finished("good")) << each.message;
    EXPECT_TRUE(outcome->anything_stored);
    EXPECT_FALSE(outcome->unchanged);
  }
}

TEST(RestBadInput, EndsTheRunWhenTheSourceIsAway) {
  ConnectorLab lab;
  const auto connector = MakeRest("base_url: http://127.0.0.1:1\nstreams: [{name: a}, {name: b}]");
  EXPECT_THAT(lab.Run(**connector), HasError(Code::kUnavailable, ""));
}

TEST(RestBadInput, StopsWhenTheRunIsCancelled) {
  ConnectorLab lab;
  TestApi api([&](const Asked& asked) {
    if (asked.number == 3) lab.cancel.request_stop();
    return JsonReply(Records(asked.number * 10, 2));
  });
  for (const std::string connections : {"1", "4"}) {
    EXPECT_THAT(RunRest(lab,
                        "base_url: '{api}'\nconnections: " + connections +
                            "\nstreams: [{name: s, paginator: {type: offset}}]",
                        api),
                HasError(Code::kCancelled, ""));
    EXPECT_LE(api.requests(), 4);
  }
}

TEST(RestBadInput, DoesNotLetALocationOrAnEndlessTotalLeadAway) {
  TestApi thief([](const Asked&) { return JsonReply(Records(0, 1)); });
  TestApi api([&](const Asked& asked) -> Reply {
    if (asked.path == "/moved") return {302, "", "Location: " + thief.Url("/x") + "\r\n"};
    return JsonReply(
        {{"items", asked.Number("offset", 0) == 0 ? Records(0, 1) : Records(0, 0)}, {"total", INT64_MAX}});
  });
  ConnectorLab lab;
  const auto outcome = RunRest(lab, R"(
base_url: '{api}'
connections: 4
auth: {type: api_key, name: X-Key, key: abcdef}
streams: [{name: moved, path: /moved}, {name: huge, path: /huge, paginator: {type: offset, total: total}}]
)",
                               api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->problems.size(), 2U);
  EXPECT_EQ(thief.requests(), 0);
  EXPECT_LT(api.requests(), 40);  // a few for each of 12 threads
}

}  // namespace
}  // namespace tarn::extract::rest

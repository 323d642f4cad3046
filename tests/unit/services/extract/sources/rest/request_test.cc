#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/compression/gzip.h"
#include "services/extract/sources/rest/query.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Query, ReplacesParametersOfTheSameName) {
  EXPECT_EQ(WithQuery("http://a/x", {}), "http://a/x");
  EXPECT_EQ(WithQuery("http://a/x?b=1&c=2&b=3", {{"b", "a b&"}}), "http://a/x?c=2&b=a%20b%26");
  EXPECT_EQ(WithQuery("http://a/x?%62=1", {{"b", "2"}}), "http://a/x?b=2");
  EXPECT_TRUE(HasParameter("http://a/x?%62=1", "b"));
  EXPECT_FALSE(HasParameter("http://a/x?bb=1", "b"));
}

/// What reached the API under `auth`, for a stream of one page.
Asked AskedWith(const std::string& auth, std::string* request_of_page = nullptr) {
  Asked seen;
  TestApi api([&](const Asked& asked) {
    seen = asked;
    return JsonReply(Records(0, 1));
  });
  ConnectorLab lab;
  EXPECT_THAT(
      RunRest(lab, "base_url: '{api}/v1/'\nauth: " + auth + "\nstreams: [{name: s, path: things}]", api),
      IsOk());
  if (request_of_page) *request_of_page = lab.pages->pages().at("s/page-00000.json").facts.request;
  return seen;
}

TEST(RestRequest, CarriesCredentials) {
  EXPECT_EQ(AskedWith("{type: none}").Header("Authorization"), "");
  EXPECT_EQ(AskedWith("{type: none}").path, "/v1/things");
  EXPECT_EQ(AskedWith("{type: bearer, token: abcd}").Header("Authorization"), "Bearer abcd");
  EXPECT_EQ(AskedWith("{type: basic, username: u, password: p}").Header("Authorization"),
            "Basic " + checksums::ToBase64("u:p"));
  EXPECT_EQ(AskedWith("{type: api_key, name: X-Key, key: abcd}").Header("X-Key"), "abcd");
  std::string request;
  EXPECT_EQ(AskedWith("{type: api_key, in: query, name: key, key: abcd}", &request).Query("key"), "abcd");
  EXPECT_THAT(request, Not(HasSubstr("abcd")));
}

TEST(RestRequest, IsBuiltFromTemplates) {
  Asked seen;
  TestApi api([&](const Asked& asked) {
    seen = asked;
    return JsonReply(Records(0, 1));
  });
  ConnectorLab lab;
  lab.created_at = ParseRfc3339("2026-02-03T04:05:06Z").value();
  const auto outcome = RunRest(lab, R"(
base_url: '{api}'
headers: {User-Agent: tarn, X-A: one}
streams:
  - name: s
    method: POST
    path: /day/{{ run.date }}
    params: {tag: [a, b c], none: null, at: '{{ run.time }}'}
    headers: {X-A: '{{ run.date }}'}
    body: {filter: {since: '{{ cursor }}', text: 'from {{ cursor }}'}}
    incremental: {cursor: id, format: number, start: 5, in: body, param: /filter/min}
)",
                               api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(seen.path, "/day/2026-02-03");
  EXPECT_THAT(api.asked(),
              ElementsAre("POST /day/2026-02-03?at=2026-02-03T04%3A05%3A06.000Z&tag=a&tag=b%20c"));
  EXPECT_EQ(seen.Header("X-A"), "2026-02-03");
  EXPECT_EQ(seen.Header("Content-Type"), "application/json");
  EXPECT_EQ(nlohmann::json::parse(seen.body),
            nlohmann::json::parse(R"({"filter": {"since": 5, "text": "from 5", "min": 5}})"));
}

TEST(RestRequest, FollowsRulesByStatusAndBody) {
  int tries = 0;
  TestApi api([&](const Asked& asked) -> Reply {
    if (asked.path == "/flaky")
      return ++tries < 3 ? JsonReply({{"ok", false}, {"error", "ratelimited"}})
                         : JsonReply({{"ok", true}, {"list", Records(0, 2)}});
    if (asked.path == "/gone") return {404, R"({"message":"no"})"};
    if (asked.path == "/closed") return {402, R"({"message":"pay"})"};
    return JsonReply({{"ok", false}, {"error", "bad_channel"}});
  });
  ConnectorLab lab;
  const auto outcome = RunRest(lab, R"(
base_url: '{api}'
responses:
  - {body: error, equals: ratelimited, action: retry}
  - {body: ok, equals: false, action: fail, message: the workspace said no}
streams:
  - {name: flaky, path: /flaky}
  - {name: gone, path: /gone, responses: [{status: 404, action: ignore}]}
  - name: closed
    path: /closed
    responses: [{status: 4xx, contains: pay, action: fail, message: not in your plan}]
  - {name: bad, path: /bad}
)",
                               api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(tries, 3);
  EXPECT_EQ(Ids(*lab.pages, "flaky", "list"), Range(0, 2));
  EXPECT_TRUE(lab.pages->Finished("gone"));
  ASSERT_EQ(outcome->problems.size(), 2U);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("not in your plan"));
  EXPECT_THAT(outcome->problems[1].message(), HasSubstr("the workspace said no"));
}

TEST(RestRequest, ReauthenticatesOnceWhenAnAccessTokenIsRefused) {
  int tokens = 0;
  TestApi api([&](const Asked& asked) -> Reply {
    if (asked.path == "/token")
      return JsonReply({{"access_token", "t" + std::to_string(++tokens)}, {"expires_in", 3600}});
    if (asked.Header("Authorization") == "Bearer t2") return JsonReply(Records(0, 3));
    return asked.path == "/body" ? JsonReply({{"error", "invalid_auth"}}) : Reply{401, ""};
  });
  const std::string yaml = R"(
base_url: '{api}'
auth: {type: oauth2_client_credentials, token_url: '{api}/token', client_id: a, client_secret: b}
streams: [{name: s, path: PATH, responses: [{body: error, equals: invalid_auth, action: reauthenticate}]}]
)";
  for (const std::string path : {"/status", "/body"}) {
    tokens = 0;
    ConnectorLab lab;
    std::string with_path = yaml;
    with_path.replace(with_path.find("PATH"), 4, path);
    ASSERT_THAT(RunRest(lab, with_path, api), IsOk()) << path;
    EXPECT_EQ(tokens, 2) << path;
    EXPECT_EQ(lab.pages->records(), 3) << path;
  }
  ConnectorLab lab;
  tokens = 5;
  EXPECT_THAT(RunRest(lab,
                      "base_url: '{api}'\nauth: {type: oauth2_client_credentials, token_url: '{api}/token', "
                      "client_id: a, client_secret: b}\nstreams: [{name: s, path: /x}]",
                      api),
              HasError(Code::kUnauthenticated, "401"));
  EXPECT_EQ(tokens, 7);
}

TEST(RestRequest, EndsTheRunWhenFixedCredentialsAreRefused) {
  TestApi api([&](const Asked&) {
    return Reply{401, R"({"m":"token abcdefgh is bad"})", "Content-Type: application/json\r\n"};
  });
  ConnectorLab lab;
  const auto outcome = RunRest(
      lab, "base_url: '{api}'\nauth: {type: bearer, token: abcdefgh}\nstreams: [{name: s}, {name: t}]", api);
  EXPECT_THAT(outcome, HasError(Code::kUnauthenticated, "token *** is bad"));
  EXPECT_EQ(api.requests(), 1);
}

TEST(RestRequest, LeavesOtherFormatsAsTheyAreAndUnpacksGzip) {
  const std::string csv = "id,name\n1,\"a\nb\"\n2,c\n\n", xml = "<a><b/></a>",
                    lines = "{\"id\":1}\n\n{\"id\":2}";
  TestApi api([&](const Asked& asked) -> Reply {
    if (asked.path == "/csv") return {200, csv};
    if (asked.path == "/xml") return {200, xml};
    if (asked.path == "/lines") return {200, lines};
    if (asked.path == "/text") return {200, "hello"};
    return {200, compression::Gzip(Records(0, 5).dump()), "Content-Type: application/gzip\r\n"};
  });
  ConnectorLab lab;
  const auto outcome = RunRest(lab, R"(
base_url: '{api}'
streams:
  - {name: a, path: /csv, decoder: csv}
  - {name: b, path: /xml, decoder: xml}
  - {name: c, path: /lines, decoder: ndjson}
  - {name: d, path: /text, decoder: text}
  - {name: e, path: /dump.json.gz}
)",
                               api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
  const auto pages = lab.pages->pages();
  EXPECT_EQ(pages.at("a/page-00000.csv").content, csv);
  EXPECT_EQ(pages.at("a/page-00000.csv").facts.records, 2);
  EXPECT_EQ(pages.at("b/page-00000.xml").content, xml);
  EXPECT_EQ(pages.at("c/page-00000.ndjson").content, lines);
  EXPECT_EQ(pages.at("c/page-00000.ndjson").facts.records, 2);
  EXPECT_EQ(pages.at("c/page-00000.ndjson").facts.first_record, "{\"id\":1}");
  EXPECT_EQ(pages.at("d/page-00000.txt").content, "hello");
  EXPECT_EQ(pages.at("e/page-00000.json").facts.records, 5);
  EXPECT_EQ(pages.at("d/page-00000.txt").facts.first_record, "\"hello\"");
}

TEST(RestRequest, ReadsOnlyTheStreamsThatAreAskedFor) {
  TestApi api([&](const Asked&) { return JsonReply(Records(0, 1)); });
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, R"(
base_url: '{api}'
only: [child]
streams:
  - {name: a, path: /a}
  - {name: b, path: /b}
  - {name: child, path: '/c/{{ parent.id }}', parent: {stream: b, field: id}}
)",
                      api),
              IsOk());
  EXPECT_THAT(api.asked(), ElementsAre("GET /b", "GET /c/0"));
}

}  // namespace
}  // namespace tarn::extract::rest

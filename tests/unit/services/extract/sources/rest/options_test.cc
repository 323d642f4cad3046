#include "services/extract/sources/rest/options.h"

#include <gtest/gtest.h>

#include "services/extract/sources/rest/connector.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

struct Bad {
  std::string yaml, where, message;
};

std::string Stream(const std::string& more) {
  return "base_url: http://a\nstreams: [{name: s, " + more + "}]\n";
}

TEST(RestOptions, SayWhatIsWrongAndWhere) {
  const std::string ok = "base_url: http://a\nstreams: [{name: s}]\n";
  const std::vector<Bad> cases = {
      {"streams: [{name: s}]", "/options/base_url", "required"},
      {"base_url: ftp://a\nstreams: [{name: s}]", "/options/base_url", "http or https"},
      {"base_url: 'http://u:p@a'\nstreams: [{name: s}]", "/options/base_url", "without user"},
      {"base_url: http://a", "/options/streams", "at least one"},
      {ok + "baseurl: x", "/options/baseurl", "unknown member"},
      {ok + "connections: 0", "/options/connections", "1 to 64"},
      {ok + "max_response_bytes: 5TiB", "/options/max_response_bytes", "1GiB"},
      {ok + "allow_hosts: ['a/b']", "/options/allow_hosts", "a/b"},
      {ok + "headers: {'a b': c}", "/options/headers/a b", "header"},
      {ok + "only: [t]", "/options/only", "no stream"},
      {ok + "auth: {type: magic}", "/options/auth/type", "got: magic"},
      {ok + "auth: {type: bearer}", "/options/auth/token", "required"},
      {ok + "auth: {type: bearer, token: ''}", "/options/auth/token", "empty"},
      {ok + "auth: {type: none, token: x}", "/options/auth/token", "unknown member"},
      {ok + "auth: {type: basic, username: 'a:b'}", "/options/auth/username", "colon"},
      {ok + "auth: {type: api_key, name: k, key: v, in: body}", "/options/auth/in", "query or header"},
      {ok + "auth: {type: oauth2_client_credentials, client_id: a, client_secret: b}",
       "/options/auth/token_url", "required"},
      {ok + "auth: {type: oauth2_refresh_token, token_url: 'http://t', client_id: a}",
       "/options/auth/refresh_token", "required"},
      {"base_url: http://a\nstreams: [{name: s}, {name: s}]", "/options/streams/1/name", "another stream"},
      {"base_url: http://a\nstreams: [{name: 'a/b'}]", "/options/streams/0/name", "a/b"},
      {"base_url: http://a\nstreams: [x]", "/options/streams/0", "object"},
      {Stream("pth: /x"), "/options/streams/0/pth", "unknown member"},
      {Stream("method: DELETE"), "/options/streams/0/method", "GET or POST"},
      {Stream("body: {a: 1}"), "/options/streams/0/method", "only POST"},
      {Stream("decoder: yaml"), "/options/streams/0/decoder", "got: yaml"},
      {Stream("records: 'a..b'"), "/options/streams/0/records", "path"},
      {Stream("path: '/{{ nope }}'"), "/options/streams/0/path", "got: nope"},
      {Stream("path: '/{{ partition }}'"), "/options/streams/0/path", "got: partition"},
      {Stream("params: {since: '{{ cursor }}'}"), "/options/streams/0/params/since", "got: cursor"},
      {Stream("headers: {X: '{{ window.from }}'}"), "/options/streams/0/headers/X", "got: window.from"},
      {Stream("method: POST, body: {a: ['{{ parent.id }}']}"), "/options/streams/0/body/a/0",
       "got: parent.id"},
      {Stream("paginator: {type: guess}"), "/options/streams/0/paginator/type", "got: guess"},
      {Stream("paginator: {type: next_link}"), "/options/streams/0/paginator/next", "required"},
      {Stream("paginator: {type: link_header, limit: 5}"), "/options/streams/0/paginator/limit",
       "unknown member"},
      {Stream("paginator: {type: body_cursor, param: c}"), "/options/streams/0/paginator/cursor", "either"},
      {Stream("paginator: {type: header_cursor, header: X}"), "/options/streams/0/paginator/param",
       "required"},
      {Stream("paginator: {type: page, limit: 5}"), "/options/streams/0/paginator/limit", "together"},
      {Stream("paginator: {type: offset, total: a, total_header: b}"),
       "/options/streams/0/paginator/total_header", "either"},
      {Stream("decoder: csv, paginator: {type: offset, total: a}"), "/options/streams/0/paginator",
       "one JSON document"},
      {Stream("decoder: xml, incremental: {cursor: a}"), "/options/streams/0/incremental", "only JSON"},
      {Stream("incremental: {param: a}"), "/options/streams/0/incremental/cursor", "required"},
      {Stream("incremental: {cursor: a, format: julian}"), "/options/streams/0/incremental/format",
       "got: julian"},
      {Stream("incremental: {cursor: a, start: soon}"), "/options/streams/0/incremental/start", "soon"},
      {Stream("incremental: {cursor: a, lag: 5}"), "/options/streams/0/incremental/lag", ""},
      {Stream("incremental: {cursor: a, format: text, lag: 5}"), "/options/streams/0/incremental/lag",
       "no lag"},
      {Stream("incremental: {cursor: a, format: number, end_param: b}"),
       "/options/streams/0/incremental/end_param", "time"},
      {Stream("params: {a: '{{ cursor }}'}, incremental: {cursor: a}"), "/options/streams/0/incremental",
       "needs start"},
      {Stream("partitions: [a, a]"), "/options/streams/0/partitions", "twice"},
      {Stream("partitions: [a, b]"), "/options/streams/0/partitions", "would be the same"},
      {Stream("path: /p}, {name: c, path: /c, parent: {stream: s, field: id}"), "/options/streams/1/parent",
       "would be the same"},
      {Stream("partition_by_parent: true"), "/options/streams/0/partition_by_parent", "no parent"},
      {Stream("parent: {stream: t, field: id}"), "/options/streams/0/parent/stream",
       "no stream of that name: t"},
      {Stream("parent: {stream: s, field: id}"), "/options/streams/0/parent/stream", "loop"},
      {Stream("responses: [{action: retry}]"), "/options/streams/0/responses/0/status", "needs"},
      {Stream("responses: [{status: 6xx, action: retry}]"), "/options/streams/0/responses/0/status", "6xx"},
      {Stream("responses: [{status: 404, action: cry}]"), "/options/streams/0/responses/0/action", "cry"},
      {Stream("responses: [{equals: x, action: fail}]"), "/options/streams/0/responses/0/equals",
       "needs body"},
  };
  for (const Bad& bad : cases) {
    const auto made = MakeRest(bad.yaml);
    EXPECT_THAT(made, HasError(Code::kInvalidArgument, bad.message)) << bad.yaml;
    if (made.ok()) continue;
    EXPECT_EQ(made.error().where(), bad.where) << bad.yaml << "\n" << made.error().message();
  }
}

TEST(RestOptions, RefuseALoopOfParentsAndChildren) {
  const auto made = MakeRest(R"(
base_url: http://a
streams:
  - {name: top}
  - {name: a, parent: {stream: c, field: id}}
  - {name: b, parent: {stream: a, field: id}}
  - {name: c, parent: {stream: b, field: id}}
)");
  EXPECT_THAT(made, HasError(Code::kInvalidArgument, "loop: a needs c"));
  EXPECT_EQ(made.error().where(), "/options/streams/1/parent/stream");
}

TEST(RestOptions, TakeAWindowOnlyWhereAStreamAsksForIt) {
  const auto takes = [](const std::string& more) { return MakeRest(Stream(more)).value()->TakesWindow(); };
  EXPECT_FALSE(takes("path: /a"));
  EXPECT_FALSE(takes("incremental: {cursor: a, param: since}"));
  EXPECT_TRUE(takes("incremental: {cursor: a, param: since, end_param: until}"));
  EXPECT_TRUE(takes("incremental: {cursor: a}, params: {q: 'before {{ window.to }}'}"));
}

}  // namespace
}  // namespace tarn::extract::rest

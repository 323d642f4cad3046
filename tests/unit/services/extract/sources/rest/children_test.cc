#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/extract/sources/rest/stream_path.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::vector<std::string> Keys(const MemoryPages& pages) {
  std::vector<std::string> keys;
  for (const auto& [key, page] : pages.pages()) keys.push_back(key);
  return keys;
}

TEST(StreamPath, KeepsValuesApart) {
  EXPECT_EQ(AsPathPart("abc-1_2.x"), "abc-1_2.x");
  EXPECT_EQ(AsPathPart("a/b=c d"), "a=2Fb=3Dc=20d");
  EXPECT_EQ(AsPathPart(".."), "=2E=2E");
}

/// Three parents on two pages, one of which stands there twice; each has two pages of children.
Reply Family(const Asked& asked) {
  if (asked.path == "/parents") {
    const bool second = asked.Number("page", 1) == 2;
    auto body = nlohmann::json{
        {"items", second ? nlohmann::json::parse(R"([{"id": "b/2", "n": 2}, {"id": "c", "n": 3}])")
                         : nlohmann::json::parse(R"([{"id": "a", "n": 1}, {"id": "b/2", "n": 2}])")}};
    if (!second) body["next"] = "?page=2";
    return JsonReply(body);
  }
  const int64_t n = asked.Number("n", 0), page = asked.Number("page", 1);
  nlohmann::json body = {{"items", Records(n * 100 + page * 10, 2)}};
  if (page == 1) body["next"] = asked.path + "?page=2&n=" + std::to_string(n);
  return JsonReply(body);
}

std::string Yaml(const std::string& more, int connections) {
  return "base_url: '{api}'\nconnections: " + std::to_string(connections) + R"(
paginator: {type: next_link, next: next}
streams:
  - name: children
    path: /parents/{{ parent.id }}/children
    params: {n: '{{ parent.n }}'}
    parent: {stream: parents, fields: [id, n]}
)" + more +
         "  - {name: parents, path: /parents}\n";
}

TEST(Children, AreReadForEveryParentOnce) {
  for (const int connections : {1, 4}) {
    TestApi api(Family);
    ConnectorLab lab;
    const auto outcome = RunRest(lab, Yaml("", connections), api);
    ASSERT_THAT(outcome, IsOk());
    EXPECT_TRUE(outcome->problems.empty());
    EXPECT_EQ(Ids(*lab.pages, "children", "items"),
              (std::vector<int64_t>{110, 111, 120, 121, 210, 211, 220, 221, 310, 311, 320, 321}));
    EXPECT_TRUE(lab.pages->Finished("children"));
    EXPECT_EQ(api.requests(), 8);
    EXPECT_THAT(api.asked(), Contains("GET /parents/b%2F2/children?n=2"));
  }
}

TEST(Children, MayHaveAStreamPerParent) {
  TestApi api(Family);
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Yaml("    partition_by_parent: true\n", 3), api), IsOk());
  EXPECT_THAT(Keys(*lab.pages), Contains("children/parent=b=2F2/page-00001.json"));
  EXPECT_TRUE(lab.pages->Finished("children/parent=a"));
  EXPECT_TRUE(lab.pages->Finished("children/parent=c"));
  EXPECT_FALSE(lab.pages->Finished("children"));
}

TEST(Children, ThatFailDoNotStopTheOthersButTheirStreamIsNotComplete) {
  TestApi api([](const Asked& asked) {
    return asked.path == "/parents/a/children" ? Reply{403, ""} : Family(asked);
  });
  for (const bool apart : {false, true}) {
    ConnectorLab lab;
    const auto outcome = RunRest(lab, Yaml(apart ? "    partition_by_parent: true\n" : "", 2), api);
    ASSERT_THAT(outcome, IsOk());
    ASSERT_EQ(outcome->problems.size(), 1U);
    EXPECT_EQ(Ids(*lab.pages, "children", "items").size(), 8U);
    EXPECT_FALSE(lab.pages->Finished("children"));
    EXPECT_EQ(lab.pages->Finished("children/parent=c"), apart);
  }
}

TEST(Children, ThatAreGoneAreIgnoredOnlyIfARuleSaysSo) {
  TestApi api([](const Asked& asked) {
    return asked.path == "/parents/a/children" ? Reply{404, ""} : Family(asked);
  });
  ConnectorLab lab;
  auto outcome = RunRest(lab, Yaml("", 1), api);
  EXPECT_EQ(outcome->problems.size(), 1U);
  outcome = RunRest(lab, Yaml("    responses: [{status: 404, action: ignore}]\n", 1), api);
  EXPECT_TRUE(outcome->problems.empty());
  EXPECT_TRUE(lab.pages->Finished("children"));
}

TEST(Children, AreNotReadWhenTheirParentsAreNotComplete) {
  TestApi api(
      [](const Asked& asked) { return asked.Number("page", 1) == 2 ? Reply{500, ""} : Family(asked); });
  ConnectorLab lab;
  const auto outcome = RunRest(lab, Yaml("", 1), api);
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 2U);
  EXPECT_THAT(outcome->problems[1].message(), HasSubstr("children: not read"));
}

TEST(Children, TellWhichParentsHaveNoId) {
  TestApi api([](const Asked& asked) {
    return asked.path == "/p" ? JsonReply({{{"id", 1}}, {{"x", 2}}}) : JsonReply(Records(0, 1));
  });
  ConnectorLab lab;
  const auto outcome = RunRest(lab,
                               "base_url: '{api}'\nstreams: [{name: p, path: /p}, {name: c, path: '/c/{{ "
                               "parent.id }}', parent: {stream: p, field: id}}]",
                               api);
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1U);
  EXPECT_THAT(outcome->problems[0].message(), HasSubstr("record 1 of its parent has no id"));
}

TEST(Children, MayHaveChildrenAndInheritThePartition) {
  TestApi api([](const Asked& asked) { return JsonReply(Records(asked.path == "/a" ? 1 : 10, 1)); });
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, R"(
base_url: '{api}'
connections: 2
streams:
  - {name: a, path: /a, params: {r: '{{ partition }}'}, partitions: [eu, 'u s']}
  - {name: b, path: '/a/{{ parent.id }}/b', parent: {stream: a, field: id}, partition_by_parent: true}
  - name: c
    path: /a/{{ grandparent.id }}/b/{{ parent.id }}/c
    params: {r: '{{ partition }}'}
    parent: {stream: b, field: id}
)",
                      api),
              IsOk());
  EXPECT_EQ(api.requests(), 6);
  EXPECT_THAT(api.asked(), Contains("GET /a/1/b/10/c?r=u%20s"));
  EXPECT_TRUE(lab.pages->Finished("a/partition=u=20s"));
  EXPECT_THAT(Keys(*lab.pages), Contains("b/partition=eu/parent=1/page-00000.json"));
}

}  // namespace
}  // namespace tarn::extract::rest

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

/// An API of events with a time in seconds; `since` is inclusive, `until` too.
struct Events {
  Events() : api([this](const Asked& asked) { return Answer(asked); }) {}

  void Add(int64_t id, int64_t at, const std::string& text = "") {
    all.push_back({{"id", id}, {"at", at}, {"text", text}});
  }

  Reply Answer(const Asked& asked) const {
    auto chosen = json::array();
    for (const auto& event : all) {
      const int64_t at = event["at"].get<int64_t>();
      if (at >= asked.Number("since", 0) && at <= asked.Number("until", INT64_MAX)) chosen.push_back(event);
    }
    const auto first = static_cast<size_t>(asked.Number("offset", 0));
    auto page = json::array();
    for (size_t i = first; i < chosen.size() && i < first + 2; ++i) page.push_back(chosen[i]);
    return {200,
            "{ \"total\": " + std::to_string(chosen.size()) + ",\n  \"events\" : " + page.dump(1) + "}\n"};
  }

  std::vector<json> all;
  TestApi api;
};

std::string Yaml(const std::string& more = "") {
  return "base_url: '{api}'\nstreams: [{name: e, path: /e, records: events, paginator: {type: offset, limit: "
         "2, total: total}, "
         "incremental: {cursor: at, format: epoch_s, param: since" +
         more + "}}]";
}

TEST(Incremental, AsksForWhatIsNewAndStoresNothingTwice) {
  Events events;
  for (int64_t i = 0; i < 5; ++i) events.Add(i, 100 + i);
  events.Add(5, 104);
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Yaml(", start: 50"), events.api), IsOk());
  EXPECT_EQ(Ids(*lab.pages, "e", "events"), Range(0, 6));
  EXPECT_THAT(events.api.asked().front(), HasSubstr("since=50"));

  events.Add(6, 104);
  events.Add(7, 105);
  auto outcome = RunRest(lab, Yaml(", start: 50"), events.api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
  EXPECT_THAT(events.api.asked().back(), HasSubstr("since=104"));
  EXPECT_EQ(Ids(*lab.pages, "e", "events"), (std::vector<int64_t>{6, 7}));
  EXPECT_EQ(lab.progress->count("records_left_out"), 2);

  outcome = RunRest(lab, Yaml(", start: 50"), events.api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->unchanged);
  EXPECT_FALSE(outcome->anything_stored);
  EXPECT_TRUE(lab.pages->written().empty());
}

TEST(Incremental, WritesAPageAsItCameUnlessRecordsAreLeftOut) {
  Events events;
  events.Add(0, 1);
  events.Add(1, 1);
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Yaml(), events.api), IsOk());
  EXPECT_EQ(lab.pages->Content("e/page-00000.json"), events.Answer({}).body);
  events.Add(2, 1);
  ASSERT_THAT(RunRest(lab, Yaml(), events.api), IsOk());
  EXPECT_EQ(lab.pages->Content("e/page-00000.json"), "{ \"total\": 3,\n  \"events\" : []}\n");
  EXPECT_EQ(Ids(*lab.pages, "e", "events"), Range(2, 1));
}

TEST(Incremental, LooksBackByItsLagAndLeavesOutWhatDidNotChange) {
  Events events;
  for (int64_t i = 0; i < 4; ++i) events.Add(i, 100 + 10 * i, "first");
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Yaml(", lag: 15s"), events.api), IsOk());
  events.all[3]["text"] = "changed";
  events.Add(9, 118, "late");
  ASSERT_THAT(RunRest(lab, Yaml(", lag: 15s"), events.api), IsOk());
  EXPECT_THAT(events.api.asked().back(), HasSubstr("since=115"));
  EXPECT_EQ(Ids(*lab.pages, "e", "events"), (std::vector<int64_t>{3, 9}));
}

TEST(Incremental, KnowsRecordsByTheirKey) {
  Events events;
  events.Add(1, 100, "a");
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Yaml(", key: id"), events.api), IsOk());
  events.all[0]["text"] = "the text differs, the key does not";
  events.Add(2, 100, "b");
  ASSERT_THAT(RunRest(lab, Yaml(", key: [id]"), events.api), IsOk());
  EXPECT_EQ(Ids(*lab.pages, "e", "events"), Range(2, 1));
}

TEST(Incremental, KeepsTheCursorWhereAStreamWasNotReadToItsEnd) {
  Events events;
  events.Add(1, 100);
  bool fail = false;
  TestApi api([&](const Asked& asked) -> Reply {
    if (fail && asked.Number("offset", 0) > 0) return {500, ""};
    return events.Answer(asked);
  });
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Yaml(), api), IsOk());
  const std::string cursor = lab.state.cursor();
  EXPECT_THAT(cursor, HasSubstr("\"100\""));
  for (int64_t i = 2; i < 8; ++i) events.Add(i, 100 + i);
  fail = true;
  const auto outcome = RunRest(lab, Yaml(), api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->problems.size(), 1U);
  EXPECT_EQ(lab.state.cursor(), cursor);
  fail = false;
  ASSERT_THAT(RunRest(lab, Yaml(), api), IsOk());
  EXPECT_EQ(Ids(*lab.pages, "e", "events"), Range(2, 6));
}

TEST(Incremental, StoresRecordsWithoutACursorAndIgnoresAStateOfAnotherFormat) {
  Events events;
  events.all = {{{"id", 1}, {"at", 5}}};
  TestApi api([&](const Asked&) {
    return JsonReply(
        {{"events", {{{"id", 1}}, {{"id", 2}, {"at", nullptr}}, {{"id", 3}, {"at", "7"}}}}, {"total", 3}});
  });
  ConnectorLab lab;
  lab.state.StageCursor(R"({"streams":{"e":{"cursor":"yesterday","seen":[]}, "old":{"cursor":"1"}}})");
  lab.state.CommitCursor();
  ASSERT_THAT(RunRest(lab, Yaml(), api), IsOk());
  EXPECT_EQ(lab.pages->records(), 3);
  EXPECT_THAT(lab.state.cursor(), HasSubstr(R"("cursor":"7")"));
  EXPECT_THAT(lab.state.cursor(), HasSubstr("old"));
}

/// Parts of a backfill are disjoint and complete, whatever the source takes its bounds for, and leave the
/// cursor alone.
TEST(Incremental, ReadsAWindowInPartsThatMeetAndDoNotOverlap) {
  Events events;
  for (int64_t i = 0; i < 30; ++i) events.Add(i, 1000 + i);
  for (const int64_t parts : {1, 3, 7}) {
    std::vector<int64_t> ids;
    ConnectorLab lab;
    for (int64_t part = 0; part < parts; ++part) {
      lab.window = RunWindow{FromUnixMillis(1'000'000 + 21'000 * part / parts),
                             FromUnixMillis(1'000'000 + 21'000 * (part + 1) / parts)};
      const auto outcome = RunRest(lab, Yaml(", end_param: until, start: 900"), events.api);
      ASSERT_THAT(outcome, IsOk());
      EXPECT_TRUE(outcome->problems.empty());
      for (const int64_t id : Ids(*lab.pages, "e", "events")) ids.push_back(id);
    }
    EXPECT_EQ(ids, Range(0, 21));
    EXPECT_EQ(lab.state.cursor(), "");
  }
}

TEST(Incremental, ReadsInAWindowOnlyWhatTakesOne) {
  TestApi api(
      [](const Asked&) { return JsonReply(json::array({{{"id", 1}, {"at", "2026-01-01T12:00:00Z"}}})); });
  ConnectorLab lab;
  lab.window =
      RunWindow{ParseRfc3339("2026-01-01T00:00:00Z").value(), ParseRfc3339("2026-01-02T00:00:00Z").value()};
  ASSERT_THAT(RunRest(lab, R"(
base_url: '{api}'
streams:
  - {name: all, path: /all}
  - {name: parents, path: /parents}
  - name: news
    path: /news/{{ parent.id }}
    parent: {stream: parents, field: id}
    params: {q: 'at>={{ window.from }} at<{{ window.to }}'}
    incremental: {cursor: at, start: '2020-01-01'}
)",
                      api),
              IsOk());
  EXPECT_THAT(api.asked(),
              ElementsAre("GET /parents",
                          "GET /news/1?q=at%3E%3D2026-01-01T00%3A00%3A00Z%20at%3C2026-01-02T00%3A00%3A00Z"));
  EXPECT_EQ(Ids(*lab.pages, "news"), Range(1, 1));
}

TEST(Incremental, KeepsTheCursorOfAParentUntilItsChildrenAreRead) {
  bool fail = true;
  TestApi api([&](const Asked& asked) -> Reply {
    if (asked.path == "/c/2" && fail) return {403, ""};
    if (asked.path != "/p") return JsonReply(Records(0, 1));
    auto records = json::array();
    for (int64_t id = std::max<int64_t>(1, asked.Number("min", 1)); id <= 3; ++id)
      records.push_back({{"id", id}});
    return JsonReply(records);
  });
  const std::string yaml = R"(
base_url: '{api}'
streams:
  - {name: p, path: /p, incremental: {cursor: id, format: number, param: min}}
  - {name: c, path: '/c/{{ parent.id }}', parent: {stream: p, field: id}}
)";
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, yaml, api), IsOk());
  lab.state.CommitCursor();
  EXPECT_EQ(lab.state.cursor(), R"({"streams":{}})");
  fail = false;
  ASSERT_THAT(RunRest(lab, yaml + "only: [p]\n", api), IsOk());
  EXPECT_EQ(lab.state.cursor(), R"({"streams":{}})");
  ASSERT_THAT(RunRest(lab, yaml, api), IsOk());
  EXPECT_EQ(lab.pages->pages().size(), 4U);
  EXPECT_THAT(lab.state.cursor(), HasSubstr(R"("cursor":"3")"));
}

TEST(Incremental, KeepsACursorForEachPartitionAndParent) {
  int64_t at = 10;
  TestApi api([&](const Asked& asked) {
    if (asked.path == "/p") return JsonReply(Records(asked.Query("region") == "eu" ? 1 : 2, 1));
    return JsonReply(json::array({{{"id", 7}, {"at", asked.path == "/p/1" ? at : 3}}}));
  });
  const std::string yaml = R"(
base_url: '{api}'
streams:
  - {name: p, path: /p, params: {region: '{{ partition }}'}, partitions: [eu, us]}
  - name: c
    path: /p/{{ parent.id }}
    parent: {stream: p, field: id}
    incremental: {cursor: at, format: number, param: min}
)";
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, yaml, api), IsOk());
  at = 11;
  ASSERT_THAT(RunRest(lab, yaml, api), IsOk());
  const auto asked = api.asked();
  EXPECT_THAT(asked, testing::Contains("GET /p/1?min=10"));
  EXPECT_THAT(asked, testing::Contains("GET /p/2?min=3"));
  EXPECT_EQ(Ids(*lab.pages, "c"), Range(7, 1));
}

}  // namespace
}  // namespace tarn::extract::rest

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

using nlohmann::json;

/// Everything that makes going on difficult: the way on stands in headers, children, ignored ones, an empty
/// end.
Reply Answer(const Asked& asked) {
  if (asked.path == "/links") {
    const int64_t page = asked.Number("page", 0);
    return JsonReply(Records(page * 2, 2),
                     page < 4 ? "Link: </links?page=" + std::to_string(page + 1) + ">; rel=next\r\n" : "");
  }
  if (asked.path == "/parents") return JsonReply(Records(0, 4));
  if (asked.path == "/parents/1") return {404, ""};
  if (asked.path == "/parents/2") return {204, ""};
  const int64_t offset = asked.Number("offset", 0);
  const int64_t count = asked.path == "/totals" ? 7 : 4;
  return JsonReply({{"items", Records(offset, std::clamp<int64_t>(count - offset, 0, 2))}, {"total", 7}});
}

std::string Yaml(int connections) {
  return "base_url: '{api}'\nconnections: " + std::to_string(connections) + R"(
streams:
  - {name: links, path: /links, paginator: {type: link_header}}
  - {name: parents, path: /parents}
  - name: children
    path: /parents/{{ parent.id }}
    records: items
    parent: {stream: parents, field: id}
    paginator: {type: offset, limit: 2}
    responses: [{status: 404, action: ignore}]
  - {name: totals, path: /totals, records: items, paginator: {type: offset, limit: 2, total: total}}
)";
}

struct Whole {
  std::map<std::string, std::string> pages;
  std::vector<std::string> asked;
};

std::map<std::string, std::string> Contents(const MemoryPages& pages) {
  std::map<std::string, std::string> contents;
  for (const auto& [key, page] : pages.pages()) contents[key] = page.content;
  return contents;
}

Whole Straight(const std::string& yaml) {
  TestApi api(Answer);
  ConnectorLab lab;
  EXPECT_THAT(RunRest(lab, yaml, api), IsOk());
  return {Contents(*lab.pages), api.asked()};
}

TEST(RestResume, GoesOnAfterAnInterruptionAtEveryPageWithoutFetchingAnyTwice) {
  for (const int connections : {1, 3}) {
    const Whole straight = Straight(Yaml(connections));
    ASSERT_GT(straight.pages.size(), 12U);
    for (size_t page = 0; page <= straight.pages.size() + 4; ++page) {
      for (const bool recorded : {true, false}) {
        TestApi api(Answer);
        ConnectorLab lab;
        const auto connector = MakeRest(Yaml(connections), api.Url());
        lab.pages->DieAfter(static_cast<int64_t>(page), recorded);
        (void)lab.Resume(**connector);
        lab.pages->Revive();
        const auto outcome = lab.Resume(**connector);
        ASSERT_THAT(outcome, IsOk()) << page;
        EXPECT_TRUE(outcome->problems.empty()) << page;
        EXPECT_EQ(Contents(*lab.pages), straight.pages) << page;
        for (const char* stream : {"links", "parents", "children", "totals"})
          EXPECT_TRUE(lab.pages->Finished(stream)) << page;
        // Side by side, pages under way when the process died were fetched and not stored.
        const size_t lost = connections == 1 ? 1 : 3 * connections + 3;
        EXPECT_LE(api.asked().size(), straight.asked.size() + lost) << page;
      }
    }
  }
}

TEST(RestResume, FetchesNothingWhereEverythingIsThere) {
  for (const int connections : {1, 3}) {
    TestApi api(Answer);
    ConnectorLab lab;
    const auto connector = MakeRest(Yaml(connections), api.Url());
    ASSERT_THAT(lab.Resume(**connector), IsOk());
    const int64_t requests = api.requests();
    ASSERT_THAT(lab.Resume(**connector), IsOk());
    EXPECT_EQ(api.requests(), requests);
  }
}

TEST(RestResume, AsksAgainWhereItsNotesAreLostAndKeepsTheStoredPages) {
  TestApi api(Answer);
  ConnectorLab lab;
  const auto connector = MakeRest(Yaml(1), api.Url());
  ASSERT_THAT(lab.Resume(**connector), IsOk());
  const auto before = Contents(*lab.pages);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(lab.home.path())) {
    if (entry.is_regular_file()) std::ofstream(entry.path(), std::ios::trunc) << "{\"rec";
  }
  const auto outcome = lab.Resume(**connector);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
  EXPECT_EQ(Contents(*lab.pages), before);
}

TEST(RestResume, CountsRecordsThatWereLeftOutOfStoredPages) {
  std::vector<json> events;
  for (int64_t i = 0; i < 5; ++i) events.push_back({{"id", i}, {"at", 7}});
  TestApi api([&](const Asked& asked) {
    const auto offset = static_cast<size_t>(asked.Number("offset", 0));
    auto page = json::array();
    for (size_t i = offset; i < events.size() && i < offset + 2; ++i) page.push_back(events[i]);
    return JsonReply({{"items", page}, {"total", events.size()}});
  });
  const auto connector = MakeRest(R"(
base_url: '{api}'
streams:
  - name: s
    records: items
    paginator: {type: offset, total: total}
    incremental: {cursor: at, format: number}
)",
                                  api.Url());
  for (int64_t page = 0; page < 5; ++page) {
    ConnectorLab lab;
    events.resize(5);
    ASSERT_THAT(lab.Run(**connector), IsOk());
    for (int64_t i = 5; i < 9; ++i) events.push_back({{"id", i}, {"at", 8}});
    const int64_t before = api.requests();
    lab.pages = std::make_unique<MemoryPages>();
    lab.pages->DieAfter(page);
    (void)lab.Resume(**connector);
    lab.pages->Revive();
    const auto outcome = lab.Resume(**connector);
    ASSERT_THAT(outcome, IsOk()) << page;
    EXPECT_TRUE(outcome->problems.empty()) << page << Describe(outcome->problems[0]);
    EXPECT_EQ(Ids(*lab.pages, "s", "items"), Range(5, 4)) << page;
    EXPECT_LE(api.requests() - before, 6) << page;
  }
}

}  // namespace
}  // namespace tarn::extract::rest

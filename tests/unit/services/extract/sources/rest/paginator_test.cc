#include "services/extract/sources/rest/paginator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

using testing::HasSubstr;

constexpr int64_t kTotal = 53;

/// An API with 53 records that knows every way from page to page. It caps pages at 10 records.
class PagedApi {
 public:
  PagedApi() : api([this](const Asked& asked) { return Answer(asked); }) {}

  Reply Answer(const Asked& asked) {
    if (const std::string cursor = asked.Header("X-Cursor"); !cursor.empty())
      return Page(asked, std::stoll(cursor));
    if (!asked.body.empty()) {
      const auto body = nlohmann::json::parse(asked.body);
      return Page(asked, body.value("offset", int64_t{0}));
    }
    if (asked.query.contains("page")) return Page(asked, (asked.Number("page", 1) - 1) * Size(asked));
    if (asked.query.contains("after")) return Page(asked, asked.Number("after", 0) + 1);
    return Page(asked, asked.Number("offset", 0));
  }

  int64_t Size(const Asked& asked) const { return std::min<int64_t>(10, asked.Number("limit", 10)); }

  Reply Page(const Asked& asked, int64_t first) const {
    const int64_t count = std::clamp<int64_t>(kTotal - first, 0, Size(asked));
    const bool more = first + count < kTotal;
    nlohmann::json body = {
        {"items", Records(first, count)}, {"meta", {{"total", kTotal}, {"pages", 6}}}, {"more", more}};
    std::string headers = "X-Total: 53\r\n";
    if (more) {
      const std::string next = std::to_string(first + count);
      body["next"] = "?offset=" + next;
      body["cursor"] = next;
      headers += "X-Next: " + next + "\r\nLink: <" + asked.path + "?offset=" + next + ">; rel=\"next\"\r\n";
    }
    return JsonReply(body, headers);
  }

  TestApi api;
};

std::string With(const std::string& paginator, int connections = 1) {
  return "base_url: '{api}'\nconnections: " + std::to_string(connections) +
         "\nstreams: [{name: s, path: /list, method: METHOD, records: items, paginator: {" + paginator +
         "}}]";
}

std::string Get(std::string yaml, const std::string& method = "GET") {
  return yaml.replace(yaml.find("METHOD"), 6, method);
}

TEST(Paginator, ReadsEveryRecordOnceInOrder) {
  const std::pair<std::string, std::string> ways[] = {
      {"type: next_link, next: next", "GET"},
      {"type: link_header", "GET"},
      {"type: header_cursor, header: X-Next, param: offset", "GET"},
      {"type: header_cursor, header: X-Next, param: X-Cursor, in: header", "GET"},
      {"type: header_cursor, header: X-Next, param: offset, total_header: X-Total", "GET"},
      {"type: body_cursor, cursor: cursor, param: offset", "GET"},
      {"type: body_cursor, last_record: id, param: after, has_more: more", "GET"},
      {"type: body_cursor, last_record: id, param: after", "GET"},
      {"type: offset, limit: 10", "GET"},
      {"type: offset, limit: 100", "GET"},
      {"type: offset, limit: 100, total: meta.total", "GET"},
      {"type: offset, limit: 7, total_header: X-Total", "GET"},
      {"type: offset, limit: 7, has_more: more", "GET"},
      {"type: offset, limit: 10, in: body, total: /meta/total", "POST"},
      {"type: page, total: meta.total", "GET"},
      {"type: page, total_pages: meta.pages", "GET"},
      {"type: page, limit_param: limit, limit: 9", "GET"},
      {"type: page, has_more: more", "GET"},
  };
  for (const auto& [paginator, method] : ways) {
    for (const int connections : {1, 4}) {
      PagedApi paged;
      ConnectorLab lab;
      const auto outcome = RunRest(lab, Get(With(paginator, connections), method), paged.api);
      ASSERT_THAT(outcome, IsOk()) << paginator;
      EXPECT_TRUE(outcome->problems.empty()) << paginator << ": " << Describe(outcome->problems[0]);
      EXPECT_EQ(Ids(*lab.pages, "s", "items"), Range(0, kTotal)) << paginator;
      EXPECT_TRUE(lab.pages->Finished("s")) << paginator;
      const auto asked = paged.api.asked();
      const bool in_query = method == "GET" && paginator.find("in: header") == std::string::npos;
      const size_t different = std::set<std::string>(asked.begin(), asked.end()).size();
      EXPECT_TRUE(!in_query || different == asked.size()) << paginator;
    }
  }
}

TEST(Paginator, AsksForNoPageTooManyWhereTheTotalIsKnown) {
  PagedApi paged;
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Get(With("type: offset, limit: 10, total: meta.total", 3)), paged.api), IsOk());
  EXPECT_EQ(paged.api.requests(), 6);
  EXPECT_EQ(lab.progress->expected(), kTotal);
  EXPECT_EQ(lab.progress->fraction(), 1);
}

TEST(Paginator, StopsAtTheMaximumOfPagesAndAtASinglePage) {
  PagedApi paged;
  for (const int connections : {1, 4}) {
    ConnectorLab lab;
    const auto outcome = RunRest(
        lab, Get(With("type: offset, limit: 10, total: meta.total, max_pages: 2", connections)), paged.api);
    ASSERT_THAT(outcome, IsOk());
    EXPECT_TRUE(outcome->problems.empty());
    EXPECT_EQ(Ids(*lab.pages, "s", "items"), Range(0, 20));
  }
  ConnectorLab lab;
  ASSERT_THAT(RunRest(lab, Get(With("type: single")), paged.api), IsOk());
  EXPECT_EQ(Ids(*lab.pages, "s", "items"), Range(0, 10));
}

/// However a source cuts its records into pages, they are the same records.
TEST(Paginator, GivesTheSameRecordsHoweverTheyAreCutIntoPages) {
  for (int64_t total : {0, 1, 2, 9, 40}) {
    for (int64_t size = 1; size <= total + 1; ++size) {
      for (const std::string way :
           {"type: next_link, next: next", "type: offset, total: total, limit: 1000",
            "type: offset, limit: 1000", "type: body_cursor, last_record: id, param: offset"}) {
        const bool after = way.find("last_record") != std::string::npos;
        TestApi api([&](const Asked& asked) {
          const int64_t first = asked.Number("offset", after ? -1 : 0) + (after ? 1 : 0);
          const int64_t count = std::clamp<int64_t>(total - first, 0, size);
          nlohmann::json body = {{"items", Records(first, count)}, {"total", total}};
          if (first + count < total) body["next"] = "/list?offset=" + std::to_string(first + count);
          return JsonReply(body);
        });
        ConnectorLab lab;
        const auto outcome = RunRest(lab, Get(With(way, 1 + static_cast<int>(size % 3))), api);
        ASSERT_THAT(outcome, IsOk());
        EXPECT_TRUE(outcome->problems.empty()) << way << " " << total << "/" << size;
        EXPECT_EQ(Ids(*lab.pages, "s", "items"), Range(0, total)) << way << " " << total << "/" << size;
      }
    }
  }
}

TEST(Paginator, TellsWhenFewerRecordsCameThanTheSourceHas) {
  const std::string ways[] = {"type: offset, limit: 10, total: total",
                              "type: next_link, next: next, total: total", "type: page, total: total"};
  for (const std::string& way : ways) {
    for (const int connections : {1, 3}) {
      TestApi api([](const Asked& asked) {
        const int64_t first = asked.Number("offset", (asked.Number("page", 1) - 1) * 10);
        const int64_t count = std::clamp<int64_t>(25 - first, 0, 10);
        nlohmann::json body = {{"items", Records(first, count)}, {"total", 40}};
        if (count == 10) body["next"] = "?offset=" + std::to_string(first + 10);
        return JsonReply(body);
      });
      ConnectorLab lab;
      const auto outcome = RunRest(lab, Get(With(way, connections)), api);
      ASSERT_THAT(outcome, IsOk()) << way;
      ASSERT_EQ(outcome->problems.size(), 1U) << way;
      EXPECT_EQ(outcome->problems[0].code(), Code::kUnprocessable);
      EXPECT_FALSE(lab.pages->Finished("s")) << way;
    }
  }
}

TEST(Paginator, MayBeToldToAcceptFewerRecords) {
  TestApi api([](const Asked&) { return JsonReply({{"items", Records(0, 2)}, {"total", 3}}); });
  ConnectorLab lab;
  const auto outcome = RunRest(lab, R"(
base_url: '{api}'
streams: [{name: s, paginator: {type: single, total: total}, fail_if_fewer_than_total: false}]
)",
                               api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_TRUE(outcome->problems.empty());
}

TEST(Paginator, DetectsPagesThatLeadBack) {
  const auto run = [](const std::string& paginator, const std::function<Reply(const Asked&)>& answer,
                      int64_t* requests) {
    TestApi api(answer);
    ConnectorLab lab;
    const auto outcome = RunRest(lab, Get(With(paginator)), api);
    *requests = api.requests();
    EXPECT_THAT(outcome, IsOk());
    EXPECT_FALSE(lab.pages->Finished("s"));
    return outcome.ok() && !outcome->problems.empty() ? outcome->problems[0].message() : "";
  };
  int64_t requests = 0;
  const auto to_itself = [](const Asked& asked) {
    return JsonReply({{"items", Records(asked.number, 1)}, {"next", "/list?x=1"}});
  };
  EXPECT_THAT(run("type: next_link, next: next", to_itself, &requests), HasSubstr("leads back"));
  EXPECT_EQ(requests, 2);
  const auto circle = [](const Asked& asked) {
    return JsonReply(
        {{"items", Records(asked.number, 1)}, {"next", "/list?x=" + std::to_string(asked.number % 3)}});
  };
  EXPECT_THAT(run("type: next_link, next: next", circle, &requests), HasSubstr("leads back"));
  EXPECT_EQ(requests, 4);
  const auto same_cursor = [](const Asked& asked) {
    return JsonReply({{"items", Records(asked.number, 1)}, {"cursor", "c"}});
  };
  EXPECT_THAT(run("type: body_cursor, cursor: cursor, param: c", same_cursor, &requests),
              HasSubstr("leads back"));
  const auto deaf = [](const Asked& asked) {
    return JsonReply({{"items", Records(0, 3)}, {"asked", asked.number}});
  };
  EXPECT_THAT(run("type: offset", deaf, &requests), HasSubstr("takes no notice"));
  EXPECT_EQ(requests, 2);
}

TEST(Paginator, StaysOnTheHostsThatAreAllowed) {
  TestApi other([](const Asked&) { return JsonReply({{"items", Records(10, 1)}}); });
  const auto answer_with = [&](const std::string& link) {
    return [link](const Asked&) { return JsonReply({{"items", Records(0, 1)}, {"next", link}}); };
  };
  for (const std::string& link :
       {other.Url("/x"), std::string("//127.0.0.1/x"), std::string("https://127.0.0.1/"),
        std::string("file:///etc/passwd"), std::string("http://user@localhost/")}) {
    TestApi api(answer_with(link));
    ConnectorLab lab;
    const auto outcome = RunRest(lab, Get(With("type: next_link, next: next")), api);
    ASSERT_THAT(outcome, IsOk());
    ASSERT_EQ(outcome->problems.size(), 1U) << link;
  }
  EXPECT_EQ(other.requests(), 0);

  TestApi api(answer_with(other.Url("/x")));
  ConnectorLab lab;
  const std::string host = other.Url("").substr(7);
  ASSERT_THAT(RunRest(lab,
                      Get(With("type: next_link, next: next")) + "\nallow_hosts: ['" +
                          host.substr(0, host.find('/')) + "']",
                      api),
              IsOk());
  EXPECT_EQ(Ids(*lab.pages, "s", "items"), (std::vector<int64_t>{0, 10}));
}

TEST(Paginator, TakesNoContentForAnEmptyPage) {
  TestApi api([](const Asked& asked) -> Reply {
    return asked.Number("offset", 0) >= 4 ? Reply{204, ""} : JsonReply(Records(asked.Number("offset", 0), 2));
  });
  ConnectorLab lab;
  const auto outcome =
      RunRest(lab, "base_url: '{api}'\nstreams: [{name: s, paginator: {type: offset}}]", api);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(Ids(*lab.pages, "s"), Range(0, 4));
  EXPECT_TRUE(lab.pages->Finished("s"));
}

TEST(Paginator, AsksForNoMorePagesAtATimeThanThereAreConnections) {
  std::atomic<int> under_way = 0, most = 0;
  TestApi api([&](const Asked& asked) {
    const int now = ++under_way;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    const auto reply =
        JsonReply({{"items", Records(asked.Number("offset", 0), 1)}, {"total", 60}}, "");
    --under_way;
    return reply;
  });
  ConnectorLab lab;
  const char yaml[] = R"(
base_url: '{api}'
connections: 3
paginator: {type: offset, limit: 1, total: total}
streams: [{name: x, path: /x, records: items}])";
  ASSERT_THAT(RunRest(lab, yaml, api), IsOk());
  EXPECT_EQ(Ids(*lab.pages, "x", "items"), Range(0, 60));
  EXPECT_LE(most, 3);
}

}  // namespace
}  // namespace tarn::extract::rest

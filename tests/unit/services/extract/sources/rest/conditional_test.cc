#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "services/extract/sources/rest/validators.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/sources/rest/rest_lab.h"

namespace tarn::extract::rest {
namespace {

using nlohmann::json;

const char kOne[] = "base_url: '{api}'\nstreams: [{name: rates, path: /rates}]";
const char kDates[] =
    "Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\nDate: Sat, 21 Nov 2026 10:00:05 GMT\r\n";

/// Answers 304 to who knows the current ETag, as every path has the one of `version`.
class VersionedApi {
 public:
  explicit VersionedApi(std::string etag = "\"1\"") : etag_(std::move(etag)) {}

  Reply Answer(const Asked& asked) {
    const std::lock_guard lock(mutex_);
    known_.push_back(asked.Header("If-None-Match"));
    since_.push_back(asked.Header("If-Modified-Since"));
    if (on_answer) on_answer();
    if (always_304 || (!etag_.empty() && known_.back() == etag_)) return {304, ""};
    return JsonReply(body, (etag_.empty() ? "" : "ETag: " + etag_ + "\r\n") + headers);
  }
  void Change(std::string etag, json new_body) {
    const std::lock_guard lock(mutex_);
    etag_ = std::move(etag);
    body = std::move(new_body);
  }
  /// The If-None-Match of every request.
  std::vector<std::string> known() const { return known_; }
  std::vector<std::string> since() const { return since_; }

  json body = Records(0, 3);
  std::string headers;
  bool always_304 = false;
  std::function<void()> on_answer;
  TestApi server{[this](const Asked& asked) { return Answer(asked); }};

 private:
  std::mutex mutex_;
  std::string etag_;
  std::vector<std::string> known_, since_;
};

class RestConditional : public testing::Test {
 protected:
  Result<RunOutcome> Run(const std::string& yaml) {
    lab.created_at += std::chrono::hours(1);
    return RunRest(lab, yaml, api.server);
  }
  RunOutcome Succeed(const std::string& yaml) {
    const auto outcome = Run(yaml);
    EXPECT_THAT(outcome, IsOk());
    if (!outcome.ok()) return {};
    EXPECT_TRUE(outcome->problems.empty());
    return *outcome;
  }

  VersionedApi api;
  ConnectorLab lab;
};

TEST_F(RestConditional, StoresNothingForAStreamThatTheSourceCallsUnchanged) {
  EXPECT_FALSE(Succeed(kOne).unchanged);
  const RunOutcome second = Succeed(kOne);
  EXPECT_TRUE(second.unchanged);
  EXPECT_TRUE(lab.pages->written().empty());
  EXPECT_EQ(lab.progress->count("unchanged_streams"), 1);
  EXPECT_EQ(api.known(), (std::vector<std::string>{"", "\"1\""}));

  api.Change("\"2\"", Records(0, 5));
  EXPECT_FALSE(Succeed(kOne).unchanged);
  EXPECT_EQ(lab.pages->records(), 5);
  EXPECT_TRUE(Succeed(kOne).unchanged);
  EXPECT_EQ(api.known().back(), "\"2\"");
}

TEST_F(RestConditional, StoresTheStreamsThatChangedAndNoOther) {
  TestApi two([](const Asked& asked) -> Reply {
    if (asked.path == "/still" && asked.Header("If-None-Match") == "W/\"s\"") return {304, ""};
    return JsonReply(Records(0, 2), asked.path == "/still" ? "ETag: W/\"s\"\r\n" : "");
  });
  const char yaml[] =
      "base_url: '{api}'\nstreams: [{name: still, path: /still}, {name: moving, path: /moving}]";
  ASSERT_THAT(RunRest(lab, yaml, two), IsOk());
  const auto second = RunRest(lab, yaml, two);
  ASSERT_THAT(second, IsOk());
  EXPECT_FALSE(second->unchanged);
  EXPECT_EQ(lab.pages->written(),
            (std::vector<std::string>{"moving/page-00000.json", "moving/manifest.json"}));
}

TEST_F(RestConditional, TellsPartitionsApart) {
  const char yaml[] =
      "base_url: '{api}'\nstreams: [{name: rates, path: '/{{ partition }}', partitions: [eur, usd]}]";
  Succeed(yaml);
  EXPECT_TRUE(Succeed(yaml).unchanged);
  EXPECT_EQ(lab.progress->count("unchanged_streams"), 2);
}

TEST_F(RestConditional, AsksByDateOnlyIfTheDateWasASecondOld) {
  api.Change("", Records(0, 1));
  api.headers = kDates;
  Succeed(kOne);
  Succeed(kOne);
  EXPECT_EQ(api.since().back(), "Sat, 21 Nov 2026 10:00:00 GMT");
  for (const char* unsure : {"Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\n",
                             "Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
                             "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n",
                             "Last-Modified: yesterday\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\n"}) {
    api.headers = unsure;
    Succeed(kOne);
    Succeed(kOne);
    EXPECT_EQ(api.since().back(), "") << unsure;
  }
}

TEST_F(RestConditional, TakesNoEtagThatCouldMeanMoreThanOneAnswer) {
  for (const char* etag : {"*", "\"a\", *", "\"a\", \"b\"", "unquoted"}) {
    api.Change(etag, Records(0, 1));
    Succeed(kOne);
    Succeed(kOne);
    EXPECT_EQ(api.known().back(), "") << etag;
  }
}

TEST_F(RestConditional, FetchesAnewWhereTheRequestIsAnother) {
  const std::string variants[] = {
      kOne,
      "base_url: '{api}'\nstreams: [{name: rates, path: /rates, params: {base: EUR}}]",
      "base_url: '{api}'\nstreams: [{name: rates, path: /rates, headers: {Accept-Language: de}}]",
      "base_url: '{api}'\nstreams: [{name: rates, path: /rates, headers: {Accept-Language: fr}}]",
      "base_url: '{api}'\nheaders: {X-Key: one}\nstreams: [{name: rates, path: /rates}]",
      "base_url: '{api}'\npaginator: {type: page, total: total}\nstreams: [{name: rates, path: /rates}]",
  };
  api.Change("\"1\"", {{"items", Records(0, 3)}, {"total", 3}});
  for (const std::string& yaml : variants) {
    EXPECT_FALSE(Succeed(yaml).unchanged) << yaml;
    EXPECT_TRUE(Succeed(yaml).unchanged) << yaml;
  }
  EXPECT_EQ(lab.state.cursor().find("X-Key"), std::string::npos);
  // Another secret is no other request.
  const std::string key = "base_url: '{api}'\nheaders: {X-Key: one}\nstreams: [{name: rates, path: /rates}]";
  Succeed(key);
  EXPECT_TRUE(Succeed("base_url: '{api}'\nheaders: {X-Key: two}\nstreams: [{name: rates, path: /rates}]")
                  .unchanged);
}

TEST_F(RestConditional, FetchesEverythingWhereTheOptionsOrAWindowSaySo) {
  Succeed(kOne);
  EXPECT_FALSE(Succeed(std::string("conditional: false\n") + kOne).unchanged);
  EXPECT_EQ(api.known().back(), "");
  EXPECT_TRUE(Succeed(kOne).unchanged) << "what was fetched then is remembered";

  const char incremental[] = R"(
base_url: '{api}'
streams:
  - name: rates
    path: '/rates?from={{ window.from }}'
    incremental: {cursor: at, start: '2026-01-01T00:00:00Z'})";
  api.body = json::array();
  Succeed(incremental);
  EXPECT_TRUE(Succeed(incremental).unchanged);
  EXPECT_EQ(api.known().back(), "\"1\"");
  lab.window = RunWindow{*ParseRfc3339("2026-01-01T00:00:00Z"), *ParseRfc3339("2026-02-01T00:00:00Z")};
  Succeed(incremental);
  EXPECT_EQ(api.known().back(), "");
}

TEST_F(RestConditional, AsksForAFirstPageOnlyIfItAloneSaysThatItIsTheLast) {
  struct Case {
    const char* paginator;
    bool asks;
  };
  const Case cases[] = {
      {"{type: next_link, next: next}", true},
      {"{type: body_cursor, cursor: next, param: after}", true},
      {"{type: offset, total: total}", true},
      {"{type: page, total: total}", true},
      {"{type: offset}", false},  // an empty second page ends it
      {"{type: link_header}", false},
      {"{type: header_cursor, header: X-Next, param: after}", false},
      {"{type: single, total_header: X-Total}", false},
  };
  for (const Case& each : cases) {
    ConnectorLab lab;
    std::vector<std::string> known;
    TestApi paged([&](const Asked& asked) {
      known.push_back(asked.Header("If-None-Match"));
      const json items = asked.Number("offset", 0) > 0 ? json::array() : Records(0, 2);
      return JsonReply({{"items", items}, {"next", nullptr}, {"total", 2}}, "ETag: \"1\"\r\n");
    });
    const std::string yaml = std::string("base_url: '{api}'\nstreams: [{name: rates, records: items, paginator: ") +
                             each.paginator + "}]";
    ASSERT_THAT(RunRest(lab, yaml, paged), IsOk()) << each.paginator;
    const size_t before = known.size();
    ASSERT_THAT(RunRest(lab, yaml, paged), IsOk());
    EXPECT_EQ(known.at(before) == "\"1\"", each.asks) << each.paginator;
  }
}

TEST_F(RestConditional, AsksForNoFirstPageOfSeveralNorByAWeakEtag) {
  std::vector<std::string> known;
  int64_t pages = 2;
  std::string etag = "\"1\"";
  TestApi paged([&](const Asked& asked) {
    known.push_back(asked.Header("If-None-Match"));
    const int64_t page = asked.Number("page", 0);
    const json next = page + 1 < pages ? json("/x?page=" + std::to_string(page + 1)) : json();
    return JsonReply({{"items", Records(page, 1)}, {"next", next}}, "ETag: " + etag + "\r\n" + kDates);
  });
  const char yaml[] =
      "base_url: '{api}'\nstreams: [{name: x, path: /x, records: items, paginator: {type: next_link, next: next}}]";
  for (int run = 0; run < 2; ++run) ASSERT_THAT(RunRest(lab, yaml, paged), IsOk());
  EXPECT_THAT(known, testing::Each(""));
  pages = 1;
  etag = "W/\"1\"";
  for (int run = 0; run < 2; ++run) ASSERT_THAT(RunRest(lab, yaml, paged), IsOk());
  EXPECT_THAT(known, testing::Each(""));
}

TEST_F(RestConditional, ReadsParentsAndTheirUnpartitionedChildrenWhole) {
  const char yaml[] = R"(
base_url: '{api}'
streams:
  - {name: parents, path: /parents}
  - {name: children, path: '/parents/{{ parent.id }}', parent: {stream: parents, field: id}})";
  Succeed(yaml);
  EXPECT_FALSE(Succeed(yaml).unchanged);
  EXPECT_THAT(api.known(), testing::Each(""));
  // Nor if only the parent is read: the next run would miss its records.
  Succeed(std::string(yaml) + "\nonly: [parents]");
  EXPECT_THAT(api.known(), testing::Each(""));
}

TEST_F(RestConditional, TakesA304ThatNobodyAskedForAsAProblem) {
  api.always_304 = true;
  const auto outcome = Run(kOne);
  ASSERT_THAT(outcome, IsOk());
  ASSERT_EQ(outcome->problems.size(), 1U);
  EXPECT_THAT(outcome->problems[0].message(), testing::HasSubstr("304 (not modified), which it was not asked"));
  EXPECT_FALSE(outcome->unchanged);
}

TEST_F(RestConditional, AResponseRuleDoesNotTurnAnUnchangedStreamIntoAProblem) {
  const std::string yaml = std::string(kOne) + "\nresponses: [{status: 3xx, action: fail}]";
  Succeed(yaml);
  EXPECT_TRUE(Succeed(yaml).unchanged);
}

TEST_F(RestConditional, ReadsCursorsThatWereSavedBeforeThereWereValidators) {
  lab.state.StageCursor(R"({"streams":{"rates":{"last":"5"}}})");
  lab.state.CommitCursor();
  EXPECT_FALSE(Succeed(kOne).unchanged);
  EXPECT_TRUE(Succeed(kOne).unchanged);
  for (const char* broken : {R"({"validators":3})", R"({"validators":{"rates":{"etag":7}}})", "[]", "?"}) {
    lab.state.StageCursor(broken);
    lab.state.CommitCursor();
    EXPECT_FALSE(Succeed(kOne).unchanged) << broken;
  }
}

TEST_F(RestConditional, ForgetsWhatTheSourceNoLongerSends) {
  Succeed(kOne);
  api.Change("", Records(0, 1));
  Succeed(kOne);
  api.Change("\"1\"", Records(0, 3));
  EXPECT_FALSE(Succeed(kOne).unchanged);
}

// What is stored by then is the newer state, so that the older one has to be stored again.
TEST_F(RestConditional, AsksForNothingAfterARunThatStoredSomethingAndFailed) {
  const std::string yaml =
      "base_url: '{api}'\nstreams: [{name: rates, path: /rates}, {name: broken, path: /broken, records: no}]";
  Succeed(kOne);
  api.Change("\"2\"", Records(0, 9));
  // The same stream, beside one that fails.
  ASSERT_EQ(Run(yaml)->problems.size(), 1U);
  api.Change("\"1\"", Records(0, 3));
  EXPECT_FALSE(Succeed(kOne).unchanged);
  EXPECT_EQ(api.known().back(), "");
  EXPECT_TRUE(Succeed(kOne).unchanged);
}

// What is stored is of the run, whatever the source says about the success before it.
TEST_F(RestConditional, AResumedRunThatLostItsNotesKeepsWhatItStored) {
  const char yaml[] = R"(
base_url: '{api}'
streams: [{name: rates, path: /rates, incremental: {cursor: id, format: number, start: '0'}}])";
  Succeed(yaml);
  api.Change("\"2\"", Records(0, 5));
  const auto connector = *MakeRest(yaml, api.server.Url());
  lab.created_at += std::chrono::hours(1);
  api.on_answer = [&] { lab.pages->DieAfter(1); };
  ASSERT_THAT(lab.Run(*connector), HasError(Code::kInternal, "dead"));
  api.on_answer = nullptr;
  for (const auto& note : std::filesystem::directory_iterator(lab.home / "run2")) {
    std::filesystem::remove(note.path());
  }
  api.Change("\"1\"", Records(0, 3));
  lab.pages->Revive();
  const auto resumed = lab.Resume(*connector);
  ASSERT_THAT(resumed, IsOk());
  EXPECT_FALSE(resumed->unchanged);
  EXPECT_TRUE(lab.pages->Finished("rates"));
  Succeed(yaml);
  EXPECT_EQ(api.known().back(), "") << "nobody knows which of its ETags what is stored had";
}

struct Interruption {
  int64_t pages;
  bool recorded;
  size_t requests;  // for the stream under way, in all
};

class RestConditionalResume : public testing::TestWithParam<Interruption> {};

TEST_P(RestConditionalResume, DecidesAsBeforeTheInterruption) {
  ConnectorLab lab;
  std::string first = "\"1\"", second = "\"1\"";
  std::map<std::string, std::vector<std::string>> known;  // by path
  std::optional<Interruption> dies;
  TestApi api([&](const Asked& asked) -> Reply {
    const std::string& etag = asked.path == "/first" ? first : second;
    known[asked.path].push_back(asked.Header("If-None-Match"));
    if (known[asked.path].back() == etag) return {304, ""};
    if (dies) lab.pages->DieAfter(dies->pages, dies->recorded);
    dies.reset();
    return JsonReply(Records(0, 2), "ETag: " + etag + "\r\n");
  });
  const auto connector = *MakeRest(
      "base_url: '{api}'\nstreams: [{name: first, path: /first}, {name: second, path: /second}]", api.Url());
  ASSERT_THAT(lab.Run(*connector), IsOk());
  // Now `first` is as it was, `second` is another, and the process dies.
  second = "\"2\"";
  dies = GetParam();
  lab.created_at += std::chrono::hours(1);
  ASSERT_THAT(lab.Run(*connector), HasError(Code::kInternal, "dead"));
  // `first` is another by then, but this run has decided.
  first = "\"9\"";
  lab.pages->Revive();
  const auto resumed = lab.Resume(*connector);
  ASSERT_THAT(resumed, IsOk());
  EXPECT_FALSE(resumed->unchanged);
  EXPECT_FALSE(lab.pages->Finished("first"));
  EXPECT_TRUE(lab.pages->Finished("second"));
  EXPECT_EQ(lab.progress->count("unchanged_streams"), 1);
  EXPECT_EQ(known["/first"], (std::vector<std::string>{"", "\"1\""}));
  EXPECT_EQ(known["/second"].size(), GetParam().requests);

  lab.created_at += std::chrono::hours(1);
  ASSERT_THAT(lab.Run(*connector), IsOk());
  EXPECT_EQ(known["/first"].back(), "\"1\"");
  EXPECT_TRUE(lab.pages->Finished("first"));
  EXPECT_EQ(known["/second"].back(), "\"2\"");
  EXPECT_FALSE(lab.pages->Finished("second"));
}

// Before the page, after it, and after it was recorded.
INSTANTIATE_TEST_SUITE_P(At, RestConditionalResume,
                         testing::Values(Interruption{0, true, 3}, Interruption{1, false, 2},
                                         Interruption{1, true, 2}));

}  // namespace
}  // namespace tarn::extract::rest

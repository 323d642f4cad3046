#include "services/extract/runs/runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {
namespace {

using testing::HasSubstr;

TEST(Runner, CancelsARunThatWaitsForItsSource) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "offset=20", .delay = std::chrono::seconds(30)});
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  page_size: 20\n");
  const auto started = lab.runner->Start("spotify", "request", nlohmann::json::object());
  lab.Await(started->id, [](const ExtractRun& run) {
    return run.counts.count("records") && run.counts.at("records") == 20;
  });
  const auto asked_at = std::chrono::steady_clock::now();
  ASSERT_THAT(lab.runner->Cancel(started->id), IsOk());
  const ExtractRun run = lab.AwaitEnd(started->id);
  EXPECT_EQ(run.state, RunState::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - asked_at, std::chrono::seconds(5));
  EXPECT_THAT(lab.runner->Cancel(started->id), HasError(Code::kConflict, "cancelled"));
}

TEST(Runner, LeavesARunToTheNextStartWhenItIsStopped) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "offset=40", .delay = std::chrono::seconds(30)});
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  page_size: 20\n");
  const auto started = lab.runner->Start("spotify", "request", nlohmann::json::object());
  lab.Await(started->id, [&](const auto&) {
    const auto requests = stand_in->requests();
    return !requests.empty() && requests.back().find("offset=40") != std::string::npos;
  });
  lab.Restart();
  const ExtractRun run = lab.AwaitEnd(started->id);
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(run.interruptions, 0);

  auto untouched = StartStandIn();
  Lab other;
  other.WriteSpotifySource(*untouched, "  page_size: 20\n");
  const ExtractRun straight = other.RunToEnd();
  EXPECT_EQ(run.counts.at("pages"), straight.counts.at("pages"));
  EXPECT_EQ(run.counts.at("records"), straight.counts.at("records"));
  EXPECT_EQ(run.counts.at("null_entries"), straight.counts.at("null_entries"));
  EXPECT_EQ(lab.RawObjects().size(), other.RawObjects().size());
}

TEST(Runner, RunsASourceOnceAtATime) {
  auto stand_in = StartStandIn();
  Lab lab;
  lab.WriteSpotifySource(*stand_in);
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i)
    ids.push_back(lab.runner->Start("spotify", "request", nlohmann::json::object())->id);
  Timestamp last_end;
  for (const auto& id : ids) {
    const ExtractRun run = lab.AwaitEnd(id);
    EXPECT_EQ(run.state, id == ids.front() ? RunState::kSucceeded : RunState::kUnchanged);
    EXPECT_GE(*run.started_at, last_end);
    last_end = *run.finished_at;
  }
}

TEST(Runner, FailsARunWhoseSourceIsGoneOrIncomplete) {
  Lab lab;
  ExtractRun run = lab.RunSource("nonesuch");
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("nonesuch"));

  lab.WriteSource(
      "spotify",
      "connector: spotify\noptions: {client_id: '${TARN_TEST_NO_ID}', client_secret: x, playlists: [p]}\n");
  run = lab.RunToEnd();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("TARN_TEST_NO_ID"));
  EXPECT_THAT(run.error->where(), HasSubstr("/options/client_id"));
}

TEST(Runner, PutsARunOffWhenItsSourceFailsForLong) {
  auto stand_in = StartStandIn();
  RunnerOptions options = Lab::QuickRetries();
  stand_in->faults().Add(
      {.path_contains = "offset=20", .count = 3 * options.retry.max_attempts, .status = 500});
  Lab lab(options);
  lab.options.failure_pause = std::chrono::milliseconds(1);
  lab.Restart();
  lab.WriteSpotifySource(*stand_in, "  page_size: 20\n  include: []\n");
  const ExtractRun run = lab.RunToEnd();
  EXPECT_EQ(run.state, RunState::kSucceeded);
  const auto requests = stand_in->requests();
  const auto first_pages = std::count_if(requests.begin(), requests.end(), [](const std::string& request) {
    return request.find("/tracks?") != std::string::npos && request.find("offset=0&") != std::string::npos;
  });
  EXPECT_EQ(first_pages, 1) << "what was stored is not asked for again";
}

TEST(Runner, FailsARunWhoseSourceFailsForGood) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "/playlists/", .count = -1, .status = 500});
  Lab lab;
  lab.options.failure_pause = std::chrono::milliseconds(1);
  lab.Restart();
  lab.WriteSpotifySource(*stand_in);
  const ExtractRun run = lab.RunToEnd();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.pauses, 8);
}

TEST(Runner, GoesOnWithTheDefinitionThatTheRunBeganWith) {
  auto stand_in = StartStandIn();
  stand_in->faults().Add({.path_contains = "offset=40", .delay = std::chrono::seconds(30)});
  Lab lab;
  lab.WriteSpotifySource(*stand_in, "  page_size: 20\n  include: []\n");
  const auto started = lab.runner->Start("spotify", "request", nlohmann::json::object());
  lab.Await(started->id, [&](const auto&) {
    const auto requests = stand_in->requests();
    return !requests.empty() && requests.back().find("offset=40") != std::string::npos;
  });
  lab.runner->Stop();
  lab.WriteSpotifySource(*stand_in, "  page_size: 7\n  include: []\ncompression: gzip\n");
  lab.Restart();
  EXPECT_EQ(lab.AwaitEnd(started->id).state, RunState::kSucceeded);
  for (const auto& [key, content] : lab.RawObjects()) EXPECT_FALSE(key.ends_with(".gz")) << key;
  EXPECT_EQ(lab.RunToEnd().state, RunState::kSucceeded);
  const auto objects = lab.RawObjects();
  EXPECT_TRUE(std::any_of(objects.begin(), objects.end(),
                          [](const auto& object) { return object.first.ends_with(".json.gz"); }));
}

TEST(Runner, RemovesWhatRunsLeftInTheirScratchDirectories) {
  Lab lab;
  std::filesystem::create_directories(lab.home / "scratch" / "look-01");
  std::filesystem::create_directories(lab.home / "scratch" / "01NOSUCHRUN");
  lab.Restart();
  EXPECT_TRUE(std::filesystem::is_empty(lab.home / "scratch"));
}

}  // namespace
}  // namespace tarn::extract

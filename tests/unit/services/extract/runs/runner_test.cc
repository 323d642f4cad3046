#include "services/extract/runs/runner.h"

#include <gtest/gtest.h>

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
  lab.Await(started->id,
            [](const ExtractRun& run) { return run.counts.count("pages") && run.counts.at("pages") == 1; });
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
    EXPECT_EQ(run.state, RunState::kSucceeded);
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

}  // namespace
}  // namespace tarn::extract

#include <gtest/gtest.h>

#include <regex>

#include "tests/contract/connectors/connector_setups.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {

void PrintTo(const ConnectorSetup& setup, std::ostream* out) { *out << setup.connector; }

namespace {

/// The connectors in the runs of the service: real stores, a source.yaml, secrets taken out.
class ConnectorRuns : public testing::TestWithParam<ConnectorSetup> {
 protected:
  void Define(const nlohmann::json& options) {
    // JSON is YAML.
    lab_.WriteSource("source",
                     nlohmann::json{{"connector", GetParam().connector}, {"options", options}}.dump());
  }

  Lab lab_;
};

INSTANTIATE_TEST_SUITE_P(Connectors, ConnectorRuns, testing::ValuesIn(ConnectorSetups()),
                         [](const auto& info) { return info.param.connector; });

TEST_P(ConnectorRuns, SucceedAndThenReadAgainOrFindNothingNew) {
  const auto source = GetParam().start();
  Define(source->Options());
  const ExtractRun run = lab_.RunSource("source");
  ASSERT_EQ(run.state, RunState::kSucceeded) << ToJson(run);
  EXPECT_EQ(run.progress, 1);
  EXPECT_GT(run.counts.at("requests"), 0);
  EXPECT_GT(run.counts.at("bytes_received"), 0);
  const auto objects = lab_.RawObjects();
  int64_t manifests = 0;
  for (const auto& [key, content] : objects) manifests += key.ends_with("/manifest.json") ? 1 : 0;
  EXPECT_GT(manifests, 0);
  EXPECT_EQ(run.counts.at("pages"), static_cast<int64_t>(objects.size()) - manifests);

  const ExtractRun again = lab_.RunSource("source");
  EXPECT_TRUE(again.state == RunState::kSucceeded || again.state == RunState::kUnchanged) << ToJson(again);
  if (again.state == RunState::kUnchanged) {
    EXPECT_EQ(lab_.RawObjects(), objects);
  }
}

TEST_P(ConnectorRuns, ShowNoSecret) {
  for (const bool down : {false, true}) {
    const auto source = GetParam().start();
    if (down) source->GoDown();
    Define(source->Options());
    std::string shown = ToJson(lab_.RunSource("source")).dump();
    for (const auto& [key, content] : lab_.RawObjects()) shown += key + content;
    for (const auto& secret : source->Secrets()) EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
  }
}

TEST_P(ConnectorRuns, FailWhenTheSourceIsDownAndLeaveNothing) {
  const auto source = GetParam().start();
  source->GoDown();
  Define(source->Options());
  const ExtractRun run = lab_.RunSource("source");
  EXPECT_EQ(run.state, RunState::kFailed) << ToJson(run);
  EXPECT_TRUE(lab_.RawObjects().empty());
}

TEST_P(ConnectorRuns, AreCancelledWhileTheyWait) {
  const auto source = GetParam().start();
  source->Stall();
  Define(source->Options());
  const auto started = lab_.runner->Start("source", "request", nlohmann::json::object());
  ASSERT_THAT(started, IsOk());
  lab_.Await(started->id, [&](const ExtractRun& run) {
    return run.state == RunState::kRunning && source->Requests() > 0;
  });
  ASSERT_THAT(lab_.runner->Cancel(started->id), IsOk());
  EXPECT_EQ(lab_.AwaitEnd(started->id).state, RunState::kCancelled);
  EXPECT_TRUE(lab_.RawObjects().empty());
}

}  // namespace
}  // namespace tarn::extract

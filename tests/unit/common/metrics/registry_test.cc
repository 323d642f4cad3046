#include "common/metrics/registry.h"

#include <gmock/gmock.h>

namespace tarn::metrics {
namespace {

using testing::HasSubstr;

TEST(Registry, TheSameNameAndLabelsAreTheSameMetric) {
  Registry registry;
  registry.GetCounter("tarn_runs_total", "Runs.", {{"state", "failed"}}).Add();
  registry.GetCounter("tarn_runs_total", "Runs.", {{"state", "failed"}}).Add(2);
  registry.GetCounter("tarn_runs_total", "Runs.", {{"state", "succeeded"}}).Add();
  EXPECT_THAT(registry.Render(), HasSubstr("tarn_runs_total{state=\"failed\"} 3"));
  EXPECT_THAT(registry.Render(), HasSubstr("tarn_runs_total{state=\"succeeded\"} 1"));
}

TEST(Registry, RendersGaugesAndHistograms) {
  Registry registry;
  registry.GetGauge("tarn_queue_depth", "Waiting.").Set(7);
  registry.GetHistogram("tarn_run_seconds", "Time.", {}, {0.1, 1}).Observe(0.5);
  EXPECT_THAT(registry.Render(), HasSubstr("tarn_queue_depth 7"));
  EXPECT_THAT(registry.Render(), HasSubstr("tarn_run_seconds_bucket{le=\"1\"} 1"));
  EXPECT_THAT(registry.Render(), HasSubstr("# HELP tarn_run_seconds Time."));
}

}  // namespace
}  // namespace tarn::metrics

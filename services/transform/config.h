#pragma once

#include <chrono>
#include <string>

#include "common/config/option_set.h"
#include "common/events/deliverer_settings.h"
#include "services/transform/preview/preview.h"
#include "services/transform/runs/runner.h"
#include "services/transform/runs/scheduler.h"

namespace tarn::transform {

/// The options of tarn-transform beside those of every service.
struct TransformOptions {
  RunnerOptions runner;
  SchedulerOptions scheduler;
  PreviewOptions preview;
  std::chrono::milliseconds run_retention{30LL * 24 * 3'600'000};
  std::chrono::milliseconds removed_grace{10LL * 60'000};
  events::DelivererSettings webhooks;
  std::string catalog_url = "http://127.0.0.1:8103";
};

void AddTransformOptions(config::OptionSet& set, TransformOptions& options);

}  // namespace tarn::transform

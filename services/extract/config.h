#pragma once

#include <chrono>
#include <cstdint>

#include "common/config/option_set.h"
#include "common/events/deliverer_settings.h"
#include "common/service/service.h"
#include "services/extract/replication/replicator.h"
#include "services/extract/runs/runner.h"
#include "services/extract/store_check_command.h"

namespace tarn::extract {

/// The options of tarn-extract.
struct Config {
  service::CommonOptions common;
  StoreCheckOptions store_check;
  RunnerOptions runner;
  uint16_t s3_port = 8100;
  std::string s3_port_file;
  std::string s3_domain;
  std::chrono::milliseconds adopt_interval{2'000};
  std::chrono::milliseconds adopt_settle{1'000};
  std::chrono::milliseconds reload_interval{1'000};
  bool watch_files = true;
  events::DelivererSettings webhooks;
  std::chrono::milliseconds lifecycle_interval{3'600'000};
  std::chrono::milliseconds event_retention{30LL * 24 * 3'600'000};
  std::chrono::milliseconds run_retention{90LL * 24 * 3'600'000};
  std::string replication_targets;  ///< the file that names them; empty: there are none
  ReplicatorOptions replication;
};

void AddOptions(config::OptionSet& set, Config& config);

}  // namespace tarn::extract

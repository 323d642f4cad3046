#include <iostream>
#include <optional>

#include "services/extract/app.h"
#include "services/extract/config.h"
#include "services/extract/store_check_command.h"

int main(int argc, char** argv) {
  tarn::extract::Config config;
  tarn::metrics::Registry metrics;
  tarn::config::OptionSet options("extract", "Reads sources into the data lake, by schedule or on request.");
  tarn::extract::AddOptions(options, config);
  const auto check_store = [&]() -> std::optional<int> {
    if (!config.store_check.check) return std::nullopt;
    return tarn::extract::CheckStoreCommand(config.common.lake(), config.store_check, std::cout, std::cerr);
  };
  return tarn::service::Run(
      options, config.common, metrics, argc, argv, [&] { return tarn::extract::MakeApp(config, metrics); }, check_store);
}

#include "services/extract/app.h"
#include "services/extract/config.h"

int main(int argc, char** argv) {
  tarn::extract::Config config;
  tarn::metrics::Registry metrics;
  tarn::config::OptionSet options("extract", "Reads sources into the data lake, by schedule or on request.");
  tarn::extract::AddOptions(options, config);
  return tarn::service::Run(options, config.common, metrics, argc, argv,
                            [&] { return tarn::extract::MakeApp(config, metrics); });
}

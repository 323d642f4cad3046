#include "common/service/service.h"
#include "services/transform/app.h"

int main(int argc, char** argv) {
  tarn::config::OptionSet set(
      "transform", "Runs SQL models over new objects of the lake and publishes the rows as tables.");
  tarn::service::CommonOptions common;
  tarn::transform::TransformOptions options;
  tarn::metrics::Registry metrics;
  tarn::service::AddCommonOptions(set, common, 8102);
  tarn::transform::AddTransformOptions(set, options);
  return tarn::service::Run(set, common, metrics, argc, argv,
                            [&] { return tarn::transform::OpenApp(common, options, metrics); });
}

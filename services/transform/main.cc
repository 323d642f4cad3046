#include <algorithm>
#include <iostream>
#include <string>

#include "common/service/service.h"
#include "services/transform/app.h"
#include "services/transform/preview/test_command.h"

namespace {

// Takes the folder or the name behind --test, which options do not have, out of the arguments.
std::string TakeTestTarget(int& argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) != "--test" || argv[i + 1][0] == '-') continue;
    const std::string target = argv[i + 1];
    std::rotate(argv + i + 1, argv + i + 2, argv + argc);
    --argc;
    return target;
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  tarn::config::OptionSet set(
      "transform", "Runs SQL models over new objects of the lake and publishes the rows as tables.");
  tarn::service::CommonOptions common;
  tarn::transform::TransformOptions options;
  tarn::metrics::Registry metrics;
  bool test = false;
  tarn::service::AddCommonOptions(set, common, 8102);
  tarn::transform::AddTransformOptions(set, options);
  set.Flag(
      "test", &test,
      "Run the tests of transforms and exit: of all in --pipelines, or of the folder or name that follows");
  const std::string target = TakeTestTarget(argc, argv);
  const auto run_tests = [&]() -> std::optional<int> {
    if (!test) return std::nullopt;
    return tarn::transform::RunTests(target.empty() ? common.pipelines : target, common.pipelines, std::cout);
  };
  return tarn::service::Run(
      set, common, metrics, argc, argv, [&] { return tarn::transform::OpenApp(common, options, metrics); },
      run_tests);
}

#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/secrets/lookup.h"

namespace tarn::pipelines {

/// One folder of $TARN_PIPELINES: `<root>/<name>/`.
struct PipelineFolder {
  std::string name;
  std::filesystem::path path;
};

/// The folders below `root`, sorted by name; hidden ones are left out, and so are, with a warning in the log, those
/// whose name is outside [a-z0-9_-]. A missing root has none. Errors: kInternal.
Result<std::vector<PipelineFolder>> ListPipelines(const std::filesystem::path& root);

/// Reads a file of a pipeline. Errors: kNotFound, kTooLarge over 1 MiB, kInvalidArgument if it is not UTF-8.
Result<std::string> ReadPipelineFile(const std::filesystem::path& file);

/// Replaces ${NAME} and ${NAME:-default} by environment variables and secret files, as secrets::Lookup finds them.
/// Errors: kInvalidArgument naming the variable that is not set and has no default; those of secrets::Lookup.
Result<std::string> ExpandEnvironment(const std::string& text);

/// Adds to `taken` what was put in, so that it can be kept out of sight.
Result<std::string> ExpandEnvironment(const std::string& text, std::vector<secrets::Secret>& taken);

/// Calls `changed` on a thread of its own whenever a file below `root` is added, changed or removed (looked
/// for every `interval`). Stops and joins when destroyed.
class Watcher {
 public:
  virtual ~Watcher() = default;
  static std::unique_ptr<Watcher> Start(std::filesystem::path root, std::chrono::milliseconds interval,
                                        std::function<void()> changed);
};

}  // namespace tarn::pipelines

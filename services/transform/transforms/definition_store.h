#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"
#include "services/transform/transforms/sql_check.h"

namespace tarn::transform {

/// A transform as it stands in the pipelines folder. A definition that stops to load keeps its last good
/// form, so that a slip of the pen does not stop the flow; the error is shown until it is mended.
struct LoadedTransform {
  std::string name;
  std::shared_ptr<const Definition> definition;  ///< null if no form of it has loaded yet
  std::optional<Error> load_error;
};

/// The transforms of all pipelines. Thread-safe.
class DefinitionStore {
 public:
  DefinitionStore(std::filesystem::path root, SqlCheck& sql_check)
      : root_(std::move(root)), sql_check_(sql_check) {}

  /// Reads the folder again; logs what failed to load. Errors: kInternal if the folder itself cannot be read.
  Status Reload();

  /// Sorted by name.
  std::vector<LoadedTransform> List() const;
  /// Errors: kNotFound.
  Result<LoadedTransform> Get(const std::string& name) const;
  /// The definitions that can run.
  std::vector<std::shared_ptr<const Definition>> Runnable() const;

 private:
  LoadedTransform Load(const std::string& name, const std::filesystem::path& folder) const;

  const std::filesystem::path root_;
  SqlCheck& sql_check_;
  mutable std::mutex mutex_;
  std::map<std::string, LoadedTransform> transforms_;
};

}  // namespace tarn::transform

#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/neighbour_check.h"
#include "services/transform/transforms/sql_check.h"

namespace tarn::transform {

/// A transform as it stands in the pipelines folder. A definition that stops to load keeps its last good
/// form, so that a slip of the pen does not stop the flow; the error is shown until it is mended.
struct LoadedTransform {
  std::string name;
  std::shared_ptr<const Definition> definition;  ///< null if no form of it has loaded yet
  std::optional<Error> load_error;
  /// The form in the folder if it is right in itself but was not approved, for those who look into it.
  std::shared_ptr<const Definition> candidate{};
};

/// The transforms of all pipelines. Thread-safe.
class DefinitionStore {
 public:
  DefinitionStore(std::filesystem::path root, SqlCheck& sql_check)
      : root_(std::move(root)), sql_check_(sql_check) {}

  /// Says whether a definition may go live. It is asked once for each changed text, after all other checks,
  /// and may take its time: runs go on with the form before.
  using Approval = std::function<Status(const Definition&)>;
  /// Before the first Reload.
  void SetApproval(Approval approval) { approval_ = std::move(approval); }

  /// Reads the folder again; logs what failed to load. Errors: kInternal if the folder itself cannot be read.
  Status Reload();

  /// Sorted by name.
  std::vector<LoadedTransform> List() const;
  /// Errors: kNotFound.
  Result<LoadedTransform> Get(const std::string& name) const;
  /// The definitions that can run.
  std::vector<std::shared_ptr<const Definition>> Runnable() const;

 private:
  using Transforms = std::map<std::string, LoadedTransform>;

  LoadedTransform Load(const std::string& name, const std::filesystem::path& folder);
  std::optional<Error> Approve(const Definition& definition);
  /// Gives those that failed their form before, and makes those fail that cannot stand beside the others.
  void Settle(Transforms& loaded, const Transforms& before) const;
  Transforms Snapshot() const;

  const std::filesystem::path root_;
  SqlCheck& sql_check_;
  Approval approval_;
  std::mutex reloading_;                                   // one Reload at a time
  std::map<std::string, std::optional<Error>> approvals_;  // by the definition's name and hash
  mutable std::mutex mutex_;
  Transforms transforms_;
};

}  // namespace tarn::transform

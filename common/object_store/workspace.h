#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "common/object_store/commit_lock.h"
#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// The private directory of one open store, `.tarn/workspaces/<ulid>/`: staged content, scratch directories and pins.
/// A locked file in it says that its owner lives; whatever is in an unlocked one may be swept away.
/// Shared by all that lies in it, and removed with the last of them.
class Workspace {
 public:
  /// Makes a new one under `workspaces`. The caller holds the commit lock, so that nobody sweeps it half-made.
  static Result<std::shared_ptr<Workspace>> Create(const std::filesystem::path& workspaces);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  const std::string& id() const { return id_; }
  std::filesystem::path staging() const { return path_ / "staging"; }
  std::filesystem::path scratch() const { return path_ / "scratch"; }
  std::filesystem::path pins() const { return path_ / "pins"; }
  const FileDescriptor& staging_directory() const { return staging_directory_; }

 private:
  Workspace(std::string id, std::filesystem::path path) : id_(std::move(id)), path_(std::move(path)) {}

  std::string id_;
  std::filesystem::path path_;
  FileDescriptor lock_, staging_directory_;
};

/// Removes the workspaces of dead owners but those in `needed`, which hold content of pending changes. The caller
/// holds the commit lock and has settled what can be settled.
void SweepDeadWorkspaces(const std::filesystem::path& workspaces, const std::set<std::string>& needed);

}  // namespace tarn::object_store

#include "common/object_store/workspace.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "common/ids/ulid.h"
#include "common/logging/log.h"

namespace tarn::object_store {
namespace {

constexpr const char* kLockName = "lock";

FileDescriptor OpenLock(const std::filesystem::path& workspace, int flags) {
  return FileDescriptor(open((workspace / kLockName).c_str(), O_RDWR | O_CLOEXEC | flags, 0600));
}

}  // namespace

Result<std::shared_ptr<Workspace>> Workspace::Create(const std::filesystem::path& workspaces) {
  const std::string id = NewUlid();
  std::shared_ptr<Workspace> workspace(new Workspace(id, workspaces / id));
  std::error_code failed;
  for (const auto& directory : {workspace->staging(), workspace->scratch(), workspace->pins()}) {
    std::filesystem::create_directories(directory, failed);
    if (failed) return SystemError(failed.value(), "make a workspace");
  }
  workspace->lock_ = OpenLock(workspace->path_, O_CREAT);
  if (!workspace->lock_.valid() || flock(workspace->lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return SystemError(errno, "lock a workspace");
  }
  workspace->staging_directory_ =
      FileDescriptor(open(workspace->staging().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!workspace->staging_directory_.valid()) return SystemError(errno, "open the staging directory");
  // Pending changes name files in here: the way to them must be as durable as they are.
  for (const auto& directory : {workspaces, workspace->path_}) {
    const FileDescriptor opened(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.valid()) return SystemError(errno, "open a workspace");
    TARN_TRY(Sync(opened, "a workspace"));
  }
  return workspace;
}

Workspace::~Workspace() {
  std::error_code failed;
  // Staged content that a pending change still needs stays; whoever settles the change sweeps the rest.
  if (std::filesystem::is_empty(staging(), failed)) std::filesystem::remove_all(path_, failed);
}

void SweepDeadWorkspaces(const std::filesystem::path& workspaces, const std::set<std::string>& needed) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(workspaces, failed)) {
    if (needed.contains(entry.path().filename().string())) continue;
    const FileDescriptor lock = OpenLock(entry.path(), 0);
    if (lock.valid() ? flock(lock.get(), LOCK_EX | LOCK_NB) != 0 : errno != ENOENT) continue;
    std::error_code ignored;
    std::filesystem::remove_all(entry.path(), ignored);
    log::Info("removed what a process that died left in the object store", {{"workspace", entry.path().filename().string()}});
  }
}

}  // namespace tarn::object_store

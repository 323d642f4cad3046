#include "common/object_store/object_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "common/object_store/commit_table.h"
#include "common/object_store/object_table.h"

namespace tarn::object_store {

// First the file, then the index: while the file is open its inode cannot become another file's, so if the current
// row names this inode, this is the current version's content and no other.
Result<OpenObject> ObjectFiles::Open(const std::string& bucket, const std::string& key) {
  constexpr int kQuickTries = 3, kTries = 6;
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    TARN_ASSIGN(auto in_place, tree_.Open(bucket, key));
    TARN_ASSIGN(auto connection, index_.Read());
    TARN_ASSIGN(auto object, FindObject(*connection, bucket, key));
    if (!object) return Error(Code::kNotFound, "there is no such object: " + bucket + "/" + key);
    if (in_place && in_place->identity == object->file) return OpenObject{std::move(object->info), std::move(in_place->file)};
    // A commit is between its index transaction and moving the file: the content is still in staging.
    TARN_ASSIGN(const auto pending, FindPendingPut(*connection, object->info));
    if (pending) {
      if (FileDescriptor staged = OpenStaged(*pending); staged.valid()) {
        return OpenObject{std::move(object->info), std::move(staged)};
      }
    }
    if (attempt < kQuickTries) continue;
    // Wait for whoever moves files now, and do it for those who died.
    TARN_ASSIGN(const auto held, lock_.Acquire());
    TARN_TRY(pending_.SettleLeftovers());
  }
  return Error(Code::kUnavailable, "another program changed the file of this object, and the change is not indexed yet: " +
                                       bucket + "/" + key);
}

FileDescriptor ObjectFiles::OpenStaged(const PendingChange& change) const {
  const auto path = workspaces_ / change.workspace / "staging" / change.staged_name;
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status;
  if (file.valid() && fstat(file.get(), &status) == 0 && IdentityOf(status) == change.file) return file;
  return FileDescriptor();
}

}  // namespace tarn::object_store

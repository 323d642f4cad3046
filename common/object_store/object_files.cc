#include "common/object_store/object_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "common/object_store/commit_table.h"
#include "common/object_store/object_table.h"
#include "common/object_store/version_table.h"

namespace tarn::object_store {
namespace {

bool IsFile(const FileDescriptor& file, const FileIdentity& identity) {
  struct stat status;
  return file.valid() && fstat(file.get(), &status) == 0 && IdentityOf(status) == identity;
}

}  // namespace

Result<IndexedObject> FindIndexed(sqlite::Database& index, const std::string& bucket, const std::string& key,
                                  const VersionId& version) {
  const auto is_asked_for = [&](const std::optional<IndexedObject>& object) {
    return object && (version.empty() || object->info.version == version || (version == "null" && object->info.null_version));
  };
  TARN_ASSIGN(auto object, FindObject(index, bucket, key));
  if (is_asked_for(object)) return *std::move(object);
  if (version.empty()) return Error(Code::kNotFound, "there is no such object: " + bucket + "/" + key);
  TARN_ASSIGN(auto found, FindVersion(index, bucket, key, version));
  if (!found) {
    // It may have become the current object between the two looks.
    TARN_ASSIGN(object, FindObject(index, bucket, key));
    if (is_asked_for(object)) return *std::move(object);
  }
  if (!found) return Error(Code::kNotFound, "there is no such version of " + bucket + "/" + key + ": " + version);
  if (!found->info.delete_marker) return *std::move(found);
  return Error(Code::kMethodNotAllowed, "this version is a delete marker, which has no content: " + bucket + "/" + key);
}

// First the file, then the index: while the file is open its inode cannot become another file's, so if the row
// names this inode, this is that version's content and no other.
Result<OpenObject> ObjectFiles::Open(const std::string& bucket, const std::string& key, const VersionId& version) {
  constexpr int kQuickTries = 3, kTries = 6;
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    TARN_ASSIGN(auto in_place, tree_.Open(bucket, key));
    TARN_ASSIGN(auto connection, index_.Read());
    TARN_ASSIGN(auto object, FindIndexed(*connection, bucket, key, version));
    if (in_place && in_place->identity == object.file) return OpenObject{std::move(object.info), std::move(in_place->file)};
    if (!version.empty()) {
      TARN_ASSIGN(FileDescriptor kept, versions_.OpenFile(object.info.version));
      if (IsFile(kept, object.file)) return OpenObject{std::move(object.info), std::move(kept)};
    }
    // A commit is between its index transaction and moving the file: the content is still in staging.
    TARN_ASSIGN(const auto pending, FindPendingPut(*connection, object.info));
    if (pending) {
      if (FileDescriptor staged = OpenStaged(*pending); staged.valid()) {
        return OpenObject{std::move(object.info), std::move(staged)};
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
  return IsFile(file, change.file) ? std::move(file) : FileDescriptor();
}

}  // namespace tarn::object_store

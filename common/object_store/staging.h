#pragma once

#include <memory>
#include <string>

#include "common/object_store/md5.h"
#include "common/object_store/object_store.h"
#include "common/object_store/posix_file.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// A file in a workspace's staging directory whose content is durable (its name is not yet: the commit sees to that).
class LocalStagedObject final : public StagedObject {
 public:
  LocalStagedObject(std::shared_ptr<Workspace> workspace, std::string name, FileIdentity identity, std::string etag);
  ~LocalStagedObject() override;

  uint64_t size_bytes() const override { return identity_.size_bytes; }
  const std::string& etag() const override { return etag_; }

  const Workspace& workspace() const { return *workspace_; }
  const FileIdentity& identity() const { return identity_; }
  const std::string& name() const { return name_; }
  /// The file belongs to a recorded commit now: it is not removed any more.
  void Release() { released_ = true; }

 private:
  std::shared_ptr<Workspace> workspace_;
  std::string name_;
  FileIdentity identity_;
  std::string etag_;
  bool released_ = false;
};

/// Starts a new staged file. Errors: kResourceExhausted, kInternal.
Result<std::unique_ptr<StagingWriter>> StageNew(std::shared_ptr<Workspace> workspace);

/// Moves a file of the same disk into staging. Errors: kInvalidArgument if it is no regular file or on another disk.
Result<std::unique_ptr<StagedObject>> StageExisting(std::shared_ptr<Workspace> workspace,
                                                    const std::filesystem::path& file);

/// Reads a file to its end and returns its MD5. Errors: kInternal.
Result<std::string> EtagOf(const FileDescriptor& file);

}  // namespace tarn::object_store

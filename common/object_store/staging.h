#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/object_store/object_store.h"
#include "common/object_store/posix_file.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// Content up to this size is not synced when it is staged: the commit writes it into the index as well.
inline constexpr size_t kMaxInlineBytes = 64 * 1024;

/// A file in a workspace's staging directory. Its content is durable, but for small content, which is kept in memory
/// too; its name is not yet: the commit sees to that.
class LocalStagedObject final : public StagedObject {
 public:
  LocalStagedObject(std::shared_ptr<Workspace> workspace, std::string name, FileIdentity identity, std::string etag,
                    std::optional<std::string> content = std::nullopt);
  ~LocalStagedObject() override;

  uint64_t size_bytes() const override { return identity_.size_bytes; }
  const std::string& etag() const override { return etag_; }

  const Workspace& workspace() const { return *workspace_; }
  const FileIdentity& identity() const { return identity_; }
  const std::string& name() const { return name_; }
  /// The content, if it is small.
  const std::optional<std::string>& content() const { return content_; }
  /// Takes another etag for the content than its MD5.
  void SetEtag(std::string etag) { etag_ = std::move(etag); }
  /// Makes the content durable, also if it is small. Errors: kInternal, kResourceExhausted.
  Status MakeDurable();
  /// The file belongs to a recorded commit now: it is not removed any more.
  void Release() { released_ = true; }

 private:
  std::shared_ptr<Workspace> workspace_;
  std::string name_;
  FileIdentity identity_;
  std::string etag_;
  std::optional<std::string> content_;
  bool released_ = false;
};

/// Starts a new staged file. Errors: kResourceExhausted, kInternal.
Result<std::unique_ptr<StagingWriter>> StageNew(std::shared_ptr<Workspace> workspace);

/// Moves a file of the same disk into staging. Errors: kInvalidArgument if it is no regular file or on another disk.
Result<std::unique_ptr<StagedObject>> StageExisting(std::shared_ptr<Workspace> workspace,
                                                    const std::filesystem::path& file);

}  // namespace tarn::object_store

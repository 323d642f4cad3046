#include "common/object_store/staging.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/object_store/parts_etag.h"

namespace tarn::object_store {
namespace {

constexpr mode_t kFileMode = 0666;  // less the umask: other engines read the lake

// Takes the identity by which the index will know the file.
Result<FileIdentity> Identify(const FileDescriptor& file) {
  struct stat status;
  if (fstat(file.get(), &status) != 0) return SystemError(errno, "look at a staged file");
  return IdentityOf(status);
}

class FileWriter final : public StagingWriter {
 public:
  FileWriter(std::shared_ptr<Workspace> workspace, std::string name, FileDescriptor file)
      : workspace_(std::move(workspace)), name_(std::move(name)), file_(std::move(file)) {}

  ~FileWriter() override {
    if (file_.valid()) unlinkat(workspace_->staging_directory().get(), name_.c_str(), 0);
  }

  Status Write(std::string_view data) override {
    if (!file_.valid() || broken_) return Error(Code::kInternal, "the content was finished or broken off before");
    // After a part of a write nobody knows what the file holds.
    broken_ = true;
    TARN_TRY(WriteAll(file_.get(), data));
    broken_ = false;
    md5_->Update(data);
    if (content_ && content_->size() + data.size() <= kMaxInlineBytes) {
      content_->append(data);
    } else {
      content_.reset();
    }
    return Ok();
  }

  Result<std::unique_ptr<StagedObject>> Finish() override {
    if (!file_.valid() || broken_) return Error(Code::kInternal, "the content was finished or broken off before");
    broken_ = true;
    if (!content_) TARN_TRY(Sync(file_, "an object's content"));
    TARN_ASSIGN(const FileIdentity identity, Identify(file_));
    file_ = FileDescriptor();
    return std::unique_ptr<StagedObject>(
        std::make_unique<LocalStagedObject>(workspace_, name_, identity, ToHex(md5_->Finish()), std::move(content_)));
  }

 private:
  std::shared_ptr<Workspace> workspace_;
  std::string name_;
  FileDescriptor file_;
  std::unique_ptr<checksums::Checksum> md5_ = checksums::Checksum::Make(checksums::Algorithm::kMd5);
  std::optional<std::string> content_ = std::string();  // as long as it is small
  bool broken_ = false;
};

}  // namespace

LocalStagedObject::LocalStagedObject(std::shared_ptr<Workspace> workspace, std::string name, FileIdentity identity,
                                     std::string etag, std::optional<std::string> content)
    : workspace_(std::move(workspace)),
      name_(std::move(name)),
      identity_(identity),
      etag_(std::move(etag)),
      content_(std::move(content)) {}

LocalStagedObject::~LocalStagedObject() {
  if (!released_) unlinkat(workspace_->staging_directory().get(), name_.c_str(), 0);
}

Status LocalStagedObject::MakeDurable() {
  if (!content_) return Ok();
  const FileDescriptor file(openat(workspace_->staging_directory().get(), name_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return SystemError(errno, "open a staged file");
  return Sync(file, "an object's content");
}

Result<std::unique_ptr<StagingWriter>> StageNew(std::shared_ptr<Workspace> workspace) {
  std::string name = NewUlid();
  FileDescriptor file(openat(workspace->staging_directory().get(), name.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!file.valid()) return SystemError(errno, "make a staged file");
  return std::unique_ptr<StagingWriter>(
      std::make_unique<FileWriter>(std::move(workspace), std::move(name), std::move(file)));
}

Result<std::unique_ptr<StagedObject>> StageExisting(std::shared_ptr<Workspace> workspace,
                                                    const std::filesystem::path& file) {
  const FileDescriptor opened(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status;
  if (!opened.valid() || fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error(Code::kInvalidArgument, "not a regular file that could be staged: " + file.filename().string());
  }
  TARN_ASSIGN(std::string etag, EtagOfFile(opened, {}));
  TARN_TRY(Sync(opened, "an object's content"));
  TARN_ASSIGN(const FileIdentity identity, Identify(opened));
  std::string name = NewUlid();
  if (renameat(AT_FDCWD, file.c_str(), workspace->staging_directory().get(), name.c_str()) != 0) {
    if (errno != EXDEV) return SystemError(errno, "move a file into staging");
    return Error(Code::kInvalidArgument, "the file is not on the object store's disk: use a scratch directory");
  }
  return std::unique_ptr<StagedObject>(
      std::make_unique<LocalStagedObject>(std::move(workspace), std::move(name), identity, std::move(etag)));
}

}  // namespace tarn::object_store

#include "common/object_store/uploads.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <map>
#include <system_error>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/object_store/part_check.h"
#include "common/object_store/parts_etag.h"
#include "common/object_store/staging.h"
#include "common/tracing/trace_context.h"

namespace tarn::object_store {
namespace {

constexpr int64_t kMaxUploadsPerBucket = 10'000;
constexpr int kMaxParts = 10'000;
constexpr std::chrono::hours kCompletedKept{24};
constexpr std::chrono::hours kLeftoverAge{1};

Error NoSuchUpload(const std::string& id) {
  return Error(Code::kNotFound, "there is no such upload; it may be completed or aborted: " + id);
}

Result<FileDescriptor> OpenDirectory(const std::filesystem::path& path) {
  FileDescriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.valid()) return directory;
  if (errno == ENOENT) return Error(Code::kNotFound, "the upload was completed or aborted meanwhile");
  return SystemError(errno, "open the directory of an upload");
}

void RemoveTree(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (failed) log::Warn("the files of an upload could not be removed", {{"reason", failed.message()}});
}

std::string Numbered(const char* what, int number) { return std::string(what) + ":" + std::to_string(number); }

}  // namespace

Status Uploads::Open() {
  std::error_code failed;
  std::filesystem::create_directories(places_.directory, failed);
  if (failed) return SystemError(failed.value(), "make the directory of uploads");
  // Young ones may be those of another process that is about to record them.
  const auto old = std::filesystem::file_time_type::clock::now() - kLeftoverAge;
  for (const auto& entry : std::filesystem::directory_iterator(places_.directory, failed)) {
    TARN_ASSIGN(const auto upload, FindUpload(places_.index.writer(), entry.path().filename().string()));
    if (!upload && entry.last_write_time(failed) < old) RemoveTree(entry.path());
  }
  return Ok();
}

Status Uploads::Record(std::function<Status(Recorder&)> work) {
  CommitRequest request;
  request.writer = places_.writer;
  request.then = std::move(work);
  TARN_TRY(places_.committer.Commit(request));
  return Ok();
}

Result<Upload> Uploads::Create(const std::string& bucket, const std::string& key, const PutOptions& options,
                               const std::string& checksum_algorithm, bool full_object_checksum) {
  Upload upload{NewUlid(), bucket, key, Now(), options, checksum_algorithm, full_object_checksum};
  std::error_code failed;
  if (!std::filesystem::create_directory(DirectoryOf(upload), failed)) {
    return SystemError(failed.value(), "make the directory of an upload");
  }
  TARN_ASSIGN(const FileDescriptor directory, OpenDirectory(places_.directory));
  TARN_TRY(Sync(directory, "the directory of uploads"));
  Status recorded = Record([&](Recorder& recorder) -> Status {
    TARN_ASSIGN(const int64_t unfinished, CountUploads(recorder.index(), bucket));
    if (unfinished < kMaxUploadsPerBucket) return StoreUpload(recorder.index(), upload);
    return Error(Code::kResourceExhausted, "a bucket has at most 10,000 unfinished uploads: complete or abort some");
  });
  if (recorded.ok()) return upload;
  RemoveTree(DirectoryOf(upload));
  return std::move(recorded).error();
}

Result<Upload> Uploads::Get(const std::string& bucket, const std::string& key, const std::string& id) {
  TARN_ASSIGN(auto connection, places_.index.Read());
  TARN_ASSIGN(auto upload, FindUpload(*connection, id));
  if (!upload || upload->bucket != bucket || upload->key != key) return NoSuchUpload(id);
  return *std::move(upload);
}

Result<UploadPart> Uploads::AddPart(const Upload& upload, int number, std::unique_ptr<StagedObject> content,
                                    const std::map<std::string, std::string>& checksums) {
  if (number < 1 || number > kMaxParts) {
    return Error(Code::kInvalidArgument, "a part's number is 1 to 10,000: " + std::to_string(number)).At("part_number");
  }
  auto* staged = dynamic_cast<LocalStagedObject*>(content.get());
  if (!staged || &staged->workspace() != places_.workspace.get()) {
    return Error(Code::kInvalidArgument, "the part was staged in another store");
  }
  TARN_TRY(staged->MakeDurable());
  StoredPart part{{number, staged->size_bytes(), staged->etag(), checksums, Now()}, NewUlid()};
  TARN_ASSIGN(const FileDescriptor directory, OpenDirectory(DirectoryOf(upload)));
  if (renameat(places_.workspace->staging_directory().get(), staged->name().c_str(), directory.get(),
               part.file_name.c_str()) != 0) {
    return SystemError(errno, "keep a part");
  }
  staged->Release();
  Status kept = Sync(directory, "a part");
  std::optional<StoredPart> replaced;
  if (kept.ok()) {
    kept = Record([&](Recorder& recorder) -> Status {
      TARN_ASSIGN(const auto current, FindUpload(recorder.index(), upload.id));
      if (!current) return NoSuchUpload(upload.id);
      TARN_ASSIGN(replaced, FindPart(recorder.index(), upload.id, number));
      return StorePart(recorder.index(), upload.id, part);
    });
  }
  const std::string unneeded = kept.ok() ? (replaced ? replaced->file_name : "") : part.file_name;
  if (!unneeded.empty()) unlinkat(directory.get(), unneeded.c_str(), 0);
  if (!kept.ok()) return std::move(kept).error();
  return part.part;
}

Result<std::vector<UploadPart>> Uploads::ListParts(const Upload& upload, int after_number, int64_t limit) {
  TARN_ASSIGN(auto connection, places_.index.Read());
  TARN_ASSIGN(const auto stored, NextParts(*connection, upload.id, after_number, limit));
  std::vector<UploadPart> parts;
  for (const StoredPart& part : stored) parts.push_back(part.part);
  return parts;
}

Result<std::vector<Upload>> Uploads::List(const UploadListRequest& request) {
  TARN_ASSIGN(auto connection, places_.index.Read());
  return NextUploads(*connection, request);
}

std::string Uploads::Describe(const std::vector<CompletedPart>& parts) {
  std::string text;
  for (const CompletedPart& part : parts) text += std::to_string(part.number) + "=" + part.etag + ";";
  return text;
}

Result<std::optional<CompletedUpload>> Uploads::Completed(const std::string& id) {
  TARN_ASSIGN(auto connection, places_.index.Read());
  return FindCompleted(*connection, id);
}

Result<std::vector<StoredPart>> Uploads::ChooseParts(const Upload& upload, const std::vector<CompletedPart>& parts,
                                                     const CompleteOptions& options) {
  TARN_ASSIGN(auto connection, places_.index.Read());
  TARN_ASSIGN(const auto stored, NextParts(*connection, upload.id, 0, kMaxParts));
  std::map<int, const StoredPart*> by_number;
  std::vector<UploadPart> known;
  for (const StoredPart& part : stored) {
    by_number[part.part.number] = &part;
    known.push_back(part.part);
  }
  TARN_TRY(CheckParts(known, parts, options));
  std::vector<StoredPart> chosen;
  for (const CompletedPart& wanted : parts) chosen.push_back(*by_number.at(wanted.number));
  return chosen;
}

Result<std::unique_ptr<StagedObject>> Uploads::Join(const Upload& upload, const std::vector<StoredPart>& parts,
                                                    const CompleteOptions& options) {
  TARN_ASSIGN(const FileDescriptor directory, OpenDirectory(DirectoryOf(upload)));
  TARN_ASSIGN(auto writer, StageNew(places_.workspace));
  std::string buffer(256 * 1024, '\0');
  for (const StoredPart& part : parts) {
    const FileDescriptor file(openat(directory.get(), part.file_name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.valid()) {
      if (errno != ENOENT) return SystemError(errno, "open a part");
      return Error(Code::kConflict, "a part was replaced while the upload was completed: try again");
    }
    const auto md5 = checksums::Checksum::Make(checksums::Algorithm::kMd5);
    for (;;) {
      const ssize_t count = read(file.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return SystemError(errno, "read a part");
      if (count == 0) break;
      const std::string_view data(buffer.data(), static_cast<size_t>(count));
      TARN_TRY(writer->Write(data));
      md5->Update(data);
      if (options.observe) options.observe(data);
    }
    if (ToHex(md5->Finish()) == part.part.etag) continue;
    return Error(Code::kInvalidArgument, "the stored part is damaged: upload it again: " + std::to_string(part.part.number))
        .At(Numbered("part", part.part.number));
  }
  return writer->Finish();
}

Result<CommitResult> Uploads::Complete(const Upload& upload, const std::vector<CompletedPart>& parts,
                                       const CompleteOptions& options) {
  TARN_ASSIGN(const auto chosen, ChooseParts(upload, parts, options));
  TARN_ASSIGN(auto content, Join(upload, chosen, options));
  std::vector<std::string> etags;
  for (const StoredPart& part : chosen) etags.push_back(part.part.etag);
  static_cast<LocalStagedObject&>(*content).SetEtag(EtagOfParts(etags));
  CommitRequest request;
  request.writer = places_.writer;
  request.traceparent = TraceContext::Current().Traceparent();
  Change& change = request.changes.emplace_back();
  change.bucket = upload.bucket;
  change.key = upload.key;
  change.content = std::move(content);
  change.options = upload.options;
  change.options.operation = "complete_upload";
  change.options.if_none_match = options.if_none_match;
  change.options.if_match_etag = options.if_match_etag;
  for (const StoredPart& part : chosen) {
    change.options.attributes.parts.push_back({part.part.size_bytes, part.part.checksums});
  }
  if (options.finish) TARN_TRY(options.finish(change.options.attributes));
  request.then = [&](Recorder& recorder) -> Status {
    sqlite::Database& index = recorder.index();
    TARN_ASSIGN(const auto current, FindUpload(index, upload.id));
    if (!current) return NoSuchUpload(upload.id);
    TARN_TRY(EraseUpload(index, upload.id));
    TARN_TRY(ForgetCompleted(index, Now() - kCompletedKept));
    return StoreCompleted(index, {upload.id, upload.bucket, upload.key, recorder.put().back().version, Describe(parts),
                                  Now()});
  };
  TARN_ASSIGN(CommitResult result, places_.committer.Commit(request));
  RemoveTree(DirectoryOf(upload));
  return result;
}

Status Uploads::Abort(const Upload& upload) {
  TARN_TRY(Record([&](Recorder& recorder) -> Status {
    TARN_ASSIGN(const auto current, FindUpload(recorder.index(), upload.id));
    return current ? EraseUpload(recorder.index(), upload.id) : NoSuchUpload(upload.id);
  }));
  RemoveTree(DirectoryOf(upload));
  return Ok();
}

}  // namespace tarn::object_store

#include "common/object_store/store_check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "common/object_store/bucket_walk.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/local_store.h"
#include "common/object_store/object_table.h"
#include "common/object_store/parts_etag.h"
#include "common/object_store/upload_table.h"
#include "common/object_store/version_table.h"

namespace tarn::object_store {
namespace {

constexpr int64_t kPage = 1000;

std::string Describe(const FileIdentity& file) {
  return std::to_string(file.size_bytes) + " bytes, inode " + std::to_string(file.inode);
}

class StoreCheck {
 public:
  StoreCheck(LocalObjectStore& store, const CheckOptions& options) : store_(store), options_(options) {}

  Result<CheckReport> Run() {
    TARN_TRY(CheckIndex());
    TARN_ASSIGN(const auto buckets, store_.tree().Buckets());
    for (const std::string& bucket : buckets) {
      TARN_TRY(CheckObjects(bucket));
      TARN_TRY(FindUnindexed(bucket));
    }
    TARN_TRY(CheckMissingBuckets({buckets.begin(), buckets.end()}));
    TARN_TRY(CheckVersions());
    TARN_TRY(FindUnneededVersionFiles());
    TARN_TRY(CheckUploads());
    if (options_.repair) TARN_TRY(Repair());
    return report_;
  }

 private:
  void Note(StoreDifference difference) {
    ++report_.differences;
    if (difference.repairable && options_.repair) ++report_.repaired;
    if (options_.report) options_.report(difference);
  }

  void NoteProgress() {
    if (options_.progress && (report_.objects + report_.versions) % kPage == 0) {
      options_.progress(report_.objects + report_.versions, report_.bytes);
    }
  }

  Status CheckIndex() {
    TARN_ASSIGN(auto connection, store_.index().Read());
    TARN_ASSIGN(auto check, (*connection).Prepare("PRAGMA quick_check(20)"));
    for (;;) {
      TARN_ASSIGN(const bool found, check.Step());
      if (!found) return Ok();
      if (check.Text(0) != "ok") Note({"damaged_index", "", "", "", check.Text(0), false});
    }
  }

  Status CheckObjects(const std::string& bucket) {
    for (std::string after;;) {
      TARN_ASSIGN(auto connection, store_.index().Read());
      TARN_ASSIGN(const auto objects, NextObjects(*connection, bucket, after, kPage));
      if (objects.empty()) return Ok();
      for (const IndexedObject& object : objects) TARN_TRY(CheckObject(object));
      after = objects.back().info.key;
    }
  }

  Status CheckObject(const IndexedObject& object) {
    ++report_.objects;
    NoteProgress();
    TARN_ASSIGN(const auto file, store_.tree().Open(object.info.bucket, object.info.key));
    if (file && file->identity == object.file) {
      if (!options_.hashes) return Ok();
      TARN_ASSIGN(const std::string etag, Hash(file->file, object.info));
      if (etag != object.info.etag) {
        NoteObject("damaged_content", object.info, "its hash is " + etag + ", not " + object.info.etag, false);
      }
      return Ok();
    }
    TARN_ASSIGN(const bool still, StillDiffers(object));
    if (!still) return Ok();
    if (!file) return NoteObject("missing_file", object.info, "expected " + Describe(object.file), true), Ok();
    TARN_ASSIGN(const std::string etag, Hash(file->file, object.info));
    const bool same = etag == object.info.etag && file->identity.size_bytes == object.info.size_bytes;
    NoteObject(same ? "touched_file" : "changed_file", object.info,
               "expected " + Describe(object.file) + "; there is a file of " + Describe(file->identity), true);
    return Ok();
  }

  // A commit may have come in between: what counts is what is there while nobody commits.
  Result<bool> StillDiffers(const IndexedObject& object) {
    TARN_ASSIGN(const auto held, store_.lock().Acquire());
    TARN_TRY(store_.pending().SettleLeftovers());
    TARN_ASSIGN(const auto now, FindObject(store_.index().writer(), object.info.bucket, object.info.key));
    if (!now || now->info.version != object.info.version) return false;
    TARN_ASSIGN(const auto file, store_.tree().Open(object.info.bucket, object.info.key));
    return !file || file->identity != now->file;
  }

  Status FindUnindexed(const std::string& bucket) {
    return WalkBucket(store_.tree(), bucket, [&](const WalkedFile& file) -> Status {
      TARN_ASSIGN(auto connection, store_.index().Read());
      TARN_ASSIGN(const auto indexed, FindObject(*connection, bucket, file.key));
      if (indexed || IsUnfinishedName(file.key)) return Ok();
      TARN_ASSIGN(const auto held, store_.lock().Acquire());
      TARN_ASSIGN(const auto now, FindObject(store_.index().writer(), bucket, file.key));
      TARN_ASSIGN(const auto still, store_.tree().Open(bucket, file.key));
      if (!now && still) Note({"unindexed_file", bucket, file.key, "", Describe(file.identity), true});
      return Ok();
    });
  }

  Status CheckMissingBuckets(const std::set<std::string>& buckets) {
    TARN_ASSIGN(auto connection, store_.index().Read());
    TARN_ASSIGN(auto select, (*connection).Prepare("SELECT DISTINCT bucket FROM objects"));
    for (;;) {
      TARN_ASSIGN(const bool found, select.Step());
      if (!found) return Ok();
      if (buckets.contains(select.Text(0))) continue;
      Note({"missing_bucket", select.Text(0), "", "", "the index has objects of it, but there is no such directory", false});
    }
  }

  Status CheckVersions() {
    for (IndexedObject after;;) {
      TARN_ASSIGN(auto connection, store_.index().Read());
      TARN_ASSIGN(const auto versions, NextVersions(*connection, after, kPage));
      if (versions.empty()) return Ok();
      for (const IndexedObject& version : versions) TARN_TRY(CheckVersion(version));
      after = versions.back();
    }
  }

  Status CheckVersion(const IndexedObject& version) {
    ++report_.versions;
    NoteProgress();
    auto reader = store_.GetVersion(version.info.bucket, version.info.key, version.info.version, {});
    if (!reader.ok()) {
      TARN_ASSIGN(auto connection, store_.index().Read());
      TARN_ASSIGN(const auto now, FindVersion(*connection, version.info.bucket, version.info.key, version.info.version));
      if (now) NoteObject("missing_version", version.info, "expected " + Describe(version.file), true), lost_.push_back(*now);
      return Ok();
    }
    if (!options_.hashes) return Ok();
    TARN_ASSIGN(const FileDescriptor file, store_.versions().OpenFile(version.info.version));
    if (!file.valid()) return Ok();  // restored meanwhile
    TARN_ASSIGN(const std::string etag, Hash(file, version.info));
    if (etag != version.info.etag) {
      NoteObject("damaged_version", version.info, "its hash is " + etag + ", not " + version.info.etag, false);
    }
    return Ok();
  }

  Status FindUnneededVersionFiles() {
    std::error_code failed;
    const auto directory = store_.internal() / "versions";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, failed)) {
      if (entry.is_directory(failed)) continue;
      const std::string version = entry.path().filename().string();
      {
        TARN_ASSIGN(auto connection, store_.index().Read());
        TARN_ASSIGN(const bool needed, IsNeeded(*connection, version));
        if (needed) continue;
      }
      // A commit may be about to move it, or to need it.
      TARN_ASSIGN(const auto held, store_.lock().Acquire());
      TARN_ASSIGN(const bool needed, IsNeeded(store_.index().writer(), version));
      if (needed || !std::filesystem::exists(entry.path(), failed)) continue;
      Note({"unneeded_version_file", "", "", version, "no version of any object has this file", true});
      if (options_.repair) std::filesystem::remove(entry.path(), failed);
    }
    return Ok();
  }

  static Result<bool> IsNeeded(sqlite::Database& index, const std::string& version) {
    TARN_ASSIGN(auto select, index.Prepare("SELECT 1 FROM versions WHERE version = ?1 UNION ALL "
                                           "SELECT 1 FROM pending WHERE version = ?1 LIMIT 1"));
    return select.Bind(1, version).Step();
  }

  Status CheckUploads() {
    TARN_ASSIGN(const auto buckets, store_.tree().Buckets());
    for (const std::string& bucket : buckets) {
      for (UploadListRequest request{bucket, "", "", "", kPage};;) {
        TARN_ASSIGN(const auto uploads, store_.ListUploads(request));
        if (uploads.empty()) break;
        for (const Upload& upload : uploads) TARN_TRY(CheckUpload(upload));
        request.after_key = uploads.back().key;
        request.after_id = uploads.back().id;
      }
    }
    return Ok();
  }

  Status CheckUpload(const Upload& upload) {
    TARN_ASSIGN(auto connection, store_.index().Read());
    TARN_ASSIGN(const auto parts, NextParts(*connection, upload.id, 0, 10'000));
    for (const StoredPart& part : parts) {
      ++report_.parts;
      const auto path = store_.internal() / "uploads" / upload.id / part.file_name;
      const FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
      const std::string what = "part " + std::to_string(part.part.number) + " of upload " + upload.id;
      if (!file.valid()) {
        TARN_ASSIGN(const auto now, FindPart(*connection, upload.id, part.part.number));
        if (now && now->file_name == part.file_name) Note({"missing_part", upload.bucket, upload.key, "", what, false});
      } else if (options_.hashes) {
        TARN_ASSIGN(const std::string etag, EtagOfFile(file, {}));
        report_.bytes += part.part.size_bytes;
        if (etag != part.part.etag) Note({"damaged_part", upload.bucket, upload.key, "", what, false});
      }
    }
    return Ok();
  }

  // What files say is made the index's: adopted like the files of other programs. A version without a file is dropped.
  Status Repair() {
    for (const IndexedObject& version : lost_) {
      TARN_ASSIGN([[maybe_unused]] const auto deleted, store_.DeleteVersion(version.info.bucket, version.info.key,
                                                                            version.info.version, "lost"));
    }
    TARN_ASSIGN([[maybe_unused]] const int64_t adopted, AdoptForeignFiles(store_, std::chrono::milliseconds(0)));
    return Ok();
  }

  Result<std::string> Hash(const FileDescriptor& file, const ObjectInfo& object) {
    report_.bytes += object.size_bytes;
    return EtagOfFile(file, object.attributes.parts);
  }

  void NoteObject(const char* kind, const ObjectInfo& object, std::string detail, bool repairable) {
    Note({kind, object.bucket, object.key, object.version, std::move(detail), repairable});
  }

  LocalObjectStore& store_;
  const CheckOptions& options_;
  CheckReport report_;
  std::vector<IndexedObject> lost_;
};

}  // namespace

Result<CheckReport> CheckStore(VersionedStore& store, const CheckOptions& options) {
  auto* local = dynamic_cast<LocalObjectStore*>(&store);
  if (!local) return Error(Code::kInvalidArgument, "only a local object store can be checked");
  return StoreCheck(*local, options).Run();
}

}  // namespace tarn::object_store

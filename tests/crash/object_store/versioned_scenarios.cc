#include "tests/crash/object_store/scenario.h"

namespace tarn::object_store {
namespace {

const std::string kLarge(200'000, 'L');

Status EnableVersioning(Stage& stage) { return stage.store->SetVersioning("raw", Versioning::kEnabled); }
Status SuspendVersioning(Stage& stage) { return stage.store->SetVersioning("raw", Versioning::kSuspended); }

// Removes a version of a key for good: the `age`th newest, 0 being the current one.
Step DeleteVersion(std::string key, size_t age) {
  return [=](Stage& stage) -> Status {
    VersionListRequest request;
    request.bucket = "raw";
    request.prefix = key;
    TARN_ASSIGN(const auto page, stage.store->ListVersions(request));
    if (page.versions.size() <= age) return Error(Code::kNotFound, "there is no such version");
    const ObjectInfo& object = page.versions[age].object;
    const std::string version = object.null_version ? "null" : object.version;
    TARN_ASSIGN([[maybe_unused]] const auto deleted, stage.store->DeleteVersion("raw", key, version, "delete"));
    return Ok();
  };
}

Status Tag(Stage& stage) {
  TARN_ASSIGN([[maybe_unused]] const auto tagged, stage.store->SetTags("raw", "a", "", {{"colour", "blue"}}));
  return Ok();
}

// A put and a delete in a commit of their own, both of keys that have a version already.
Status CommitBoth(Stage& stage) {
  std::vector<Change> changes(2);
  TARN_ASSIGN(auto writer, stage.store->Stage());
  TARN_TRY(writer->Write("both"));
  TARN_ASSIGN(changes[0].content, writer->Finish());
  changes[0].bucket = changes[1].bucket = "raw";
  changes[0].key = "a";
  changes[1].key = "deep/b";
  TARN_ASSIGN([[maybe_unused]] const auto committed, stage.store->Commit(std::move(changes), {}));
  return Ok();
}

Step BeginUpload(std::string key) {
  return [=](Stage& stage) -> Status {
    TARN_ASSIGN(stage.upload, stage.store->CreateUpload("raw", key, {}, "", false));
    stage.parts.clear();
    return Ok();
  };
}

Step AddPart(int number, std::string content) {
  return [=](Stage& stage) -> Status {
    TARN_ASSIGN(auto writer, stage.store->Stage());
    TARN_TRY(writer->Write(content));
    TARN_ASSIGN(auto staged, writer->Finish());
    TARN_ASSIGN(const UploadPart part, stage.store->AddPart(stage.upload, number, std::move(staged), {}));
    if (stage.parts.empty() || stage.parts.back().number != number) stage.parts.push_back({number, "", {}});
    stage.parts.back().etag = part.etag;
    return Ok();
  };
}

Status Complete(Stage& stage) {
  TARN_ASSIGN([[maybe_unused]] const auto object, stage.store->CompleteUpload(stage.upload, stage.parts, {}));
  return Ok();
}

Status Abort(Stage& stage) { return stage.store->AbortUpload(stage.upload); }

Status KeepDocument(Stage& stage) { return stage.store->SetBucketDocument("raw", "lifecycle", "<rules/>"); }
Status MakeOtherBucket(Stage& stage) { return stage.store->CreateBucket("other"); }
Status RemoveOtherBucket(Stage& stage) { return stage.store->DeleteBucket("other"); }

}  // namespace

std::vector<Scenario> VersionedScenarios() {
  return {
      {"VersionedOverwrite",
       {OpenStore, MakeBucket, Put("a", "before"), EnableVersioning},
       {Put("a", "1"), Put("a", kLarge), Put("deep/b", "1"), Put("deep/b", "2"), Put("a", "3")}},
      {"DeleteMarker",
       {OpenStore, MakeBucket, EnableVersioning, Put("a", "1"), Put("deep/b", kLarge)},
       {Delete("a"), Delete("deep/b"), Put("a", "2"), Delete("a"), Delete("a"), CloseAndOpenStore}},
      {"VersionDelete",
       {OpenStore, MakeBucket, EnableVersioning, Put("a", "1"), Put("a", kLarge), Put("a", "3"), Put("deep/b", "1")},
       {DeleteVersion("a", 1), DeleteVersion("deep/b", 0), DeleteVersion("a", 0), DeleteVersion("a", 0)}},
      {"VersionRestore",
       {OpenStore, MakeBucket, EnableVersioning, Put("a", "1"), Put("deep/b", kLarge), Delete("a"), Delete("deep/b"), Put("c", "1"),
        Put("c", "2")},
       {DeleteVersion("a", 0), DeleteVersion("deep/b", 0), DeleteVersion("c", 0), CloseAndOpenStore, Put("a", "2")}},
      {"SuspendedVersioning",
       {OpenStore, MakeBucket, EnableVersioning, Put("a", "1")},
       {SuspendVersioning, Put("a", "null"), Put("a", kLarge), Delete("a"), DeleteVersion("a", 0), EnableVersioning, Put("a", "2")}},
      {"VersionedSetOfChanges",
       {OpenStore, MakeBucket, EnableVersioning, Put("a", "1"), Put("deep/b", "1"), Tag},
       {CommitBoth, Tag, CommitBoth}},
      {"MultipartComplete",
       {OpenStore, MakeBucket, Put("a", "old")},
       {BeginUpload("a"), AddPart(1, "small"), AddPart(1, kLarge), Complete, BeginUpload("deep/b"), AddPart(7, "end"), Complete}},
      {"MultipartOfTwoLarge",
       {OpenStore, MakeBucket, BeginUpload("a"), AddPart(1, std::string(5 << 20, 'p'))},
       {AddPart(2, "end"), Complete}},
      {"MultipartAbort", {OpenStore, MakeBucket}, {BeginUpload("a"), AddPart(1, kLarge), AddPart(2, "end"), Abort}},
      {"Buckets", {OpenStore}, {MakeBucket, KeepDocument, MakeOtherBucket, EnableVersioning, RemoveOtherBucket, Put("a", "1")}},
  };
}

}  // namespace tarn::object_store

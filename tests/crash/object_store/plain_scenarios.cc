#include <fstream>

#include "common/object_store/local_object_store.h"
#include "tests/crash/object_store/scenario.h"

namespace tarn::object_store {
namespace {

// Over every limit up to which content takes another way than its own file's.
const std::string kLarge(300'000, 'L');
const std::string kSmall = "small content";

// A step that must fail and change nothing.
Step Refused(Step step, Code code) {
  return [=](Stage& stage) -> Status {
    const Status done = step(stage);
    if (!done.ok() && done.error().code() == code) return Ok();
    return Error(Code::kInternal, "it was not refused");
  };
}

PutOptions IfNew() {
  PutOptions options;
  options.if_none_match = true;
  return options;
}

PutOptions IfMatch(std::string etag) {
  PutOptions options;
  options.if_match_etag = std::move(etag);
  return options;
}

// Several changes, with a token.
Status CommitSet(Stage& stage) {
  std::vector<Change> changes;
  const std::pair<const char*, const std::string*> contents[] = {
      {"set/a", &kSmall}, {"old/deep/b", nullptr}, {"new/deep/c", &kLarge}, {"set/d", &kSmall}, {"missing", nullptr}};
  for (const auto& [key, content] : contents) {
    Change change{"raw", key, nullptr, {}};
    if (content) {
      TARN_ASSIGN(auto writer, stage.store->Stage());
      TARN_TRY(writer->Write(*content));
      TARN_ASSIGN(change.content, writer->Finish());
    }
    changes.push_back(std::move(change));
  }
  TARN_ASSIGN([[maybe_unused]] const auto committed, stage.store->Commit(std::move(changes), {"token", ""}));
  return Ok();
}

// A file that was written to a scratch directory.
Status CommitFile(Stage& stage) {
  TARN_ASSIGN(const auto scratch, stage.store->ScratchDirectory());
  const auto file = *scratch / "part-0.parquet";
  std::error_code failed;
  {
    TARN_ASSIGN(const auto writer, stage.store->Stage());  // left unfinished: nothing of it may stay
    TARN_TRY(writer->Write("left"));
  }
  std::filesystem::copy_file("/proc/self/exe", file, failed);
  std::filesystem::resize_file(file, 100'000, failed);
  if (failed) return Error(Code::kInternal, failed.message());
  std::vector<Change> changes(1);
  changes[0].bucket = "raw";
  changes[0].key = "table/part-0.parquet";
  TARN_ASSIGN(changes[0].content, stage.store->StageFile(file));
  TARN_ASSIGN([[maybe_unused]] const auto committed, stage.store->Commit(std::move(changes), {}));
  return Ok();
}

}  // namespace

Status OpenStore(Stage& stage) {
  TARN_ASSIGN(stage.store, OpenLocalStore({stage.lake, "writer"}));
  return Ok();
}

Status CloseAndOpenStore(Stage& stage) {
  stage.store.reset();
  return OpenStore(stage);
}

Status MakeBucket(Stage& stage) { return stage.store->EnsureBucket("raw"); }

Step Put(std::string key, std::string content, PutOptions options) {
  return [=](Stage& stage) -> Status {
    TARN_ASSIGN([[maybe_unused]] const auto put, stage.store->Put("raw", key, content, options));
    return Ok();
  };
}

Step Delete(std::string key) {
  return [=](Stage& stage) { return stage.store->Delete("raw", key); };
}

std::vector<Scenario> PlainScenarios() {
  const std::string small_etag = "6e5ef4712b98dfb4c3ba7e489c736100";
  return {
      {"Open", {}, {OpenStore, MakeBucket, Put("first", kSmall), CloseAndOpenStore, Put("second", kLarge), CloseAndOpenStore}},
      {"PutSmall", {OpenStore, MakeBucket}, {Put("a", kSmall), Put("deep/er/b", kSmall), Put("deep/er/c", "")}},
      {"PutLarge", {OpenStore, MakeBucket}, {Put("a", kLarge), Put("deep/er/b", kLarge)}},
      {"Overwrite",
       {OpenStore, MakeBucket, Put("a", kSmall), Put("b", kLarge)},
       {Put("a", "other"), Put("a", kLarge), Put("b", kSmall), Put("b", kLarge + "!")}},
      {"ConditionalPut",
       {OpenStore, MakeBucket, Put("a", kSmall)},
       {Put("b", kSmall, IfNew()), Refused(Put("a", kLarge, IfNew()), Code::kPreconditionFailed),
        Put("a", kLarge, IfMatch(small_etag)), Refused(Put("a", "x", IfMatch(small_etag)), Code::kPreconditionFailed)}},
      {"Delete",
       {OpenStore, MakeBucket, Put("a", kSmall), Put("deep/er/b", kLarge), Put("deep/c", kSmall)},
       {Delete("a"), Delete("deep/er/b"), Delete("missing"), Delete("deep/c"), Put("deep", kSmall)}},
      {"SetOfChanges",
       {OpenStore, MakeBucket, Put("set/a", "old"), Put("old/deep/b", kSmall)},
       {CommitSet, CommitSet, Delete("set/d"), CommitSet}},
      {"File", {OpenStore, MakeBucket}, {CommitFile, Put("table/part-0.parquet", kSmall)}},
  };
}

}  // namespace tarn::object_store

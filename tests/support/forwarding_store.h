#pragma once

#include <functional>
#include <string>
#include <utility>

#include "common/object_store/object_store.h"

namespace tarn {

/// Passes every call on to another store, and tells `before` and `after` each call its name. Either may
/// throw, as if the process died there, and `before` may return an error, which the call then fails with.
class ForwardingStore : public object_store::ObjectStore {
 public:
  using Before = std::function<Status(const std::string& call)>;
  using After = std::function<void(const std::string& call)>;

  ForwardingStore(
      ObjectStore& store, Before before, After after = [](const std::string&) {})
      : store_(store), before_(std::move(before)), after_(std::move(after)) {}

  Status EnsureBucket(const std::string& bucket) override {
    return Call("EnsureBucket", [&] { return store_.EnsureBucket(bucket); });
  }
  Result<std::vector<std::string>> ListBuckets() override {
    return Call("ListBuckets", [&] { return store_.ListBuckets(); });
  }
  Result<std::unique_ptr<object_store::StagingWriter>> Stage() override {
    return Call("Stage", [&] { return store_.Stage(); });
  }
  Result<std::unique_ptr<object_store::StagedObject>> StageFile(const std::filesystem::path& file) override {
    return Call("StageFile", [&] { return store_.StageFile(file); });
  }
  Result<std::shared_ptr<const std::filesystem::path>> ScratchDirectory() override {
    return Call("ScratchDirectory", [&] { return store_.ScratchDirectory(); });
  }
  Result<object_store::CommitResult> Commit(std::vector<object_store::Change> changes,
                                            const object_store::CommitOptions& options) override {
    return Call("Commit", [&] { return store_.Commit(std::move(changes), options); });
  }
  Result<object_store::ObjectInfo> Head(const std::string& bucket, const std::string& key) override {
    return Call("Head", [&] { return store_.Head(bucket, key); });
  }
  Result<std::unique_ptr<object_store::ObjectReader>> Get(
      const std::string& bucket, const std::string& key,
      std::optional<object_store::ByteRange> range) override {
    return Call("Get", [&] { return store_.Get(bucket, key, range); });
  }
  Result<object_store::ListPage> List(const object_store::ListRequest& request) override {
    return Call("List", [&] { return store_.List(request); });
  }
  Result<std::unique_ptr<object_store::Pin>> PinFiles(
      const std::vector<object_store::ObjectVersion>& objects) override {
    return Call("PinFiles", [&] { return store_.PinFiles(objects); });
  }
  Result<object_store::EventPage> ReadEvents(int64_t after_sequence, const object_store::EventFilter& filter,
                                             int64_t limit) override {
    return Call("ReadEvents", [&] { return store_.ReadEvents(after_sequence, filter, limit); });
  }
  Result<int64_t> LastSequence() override {
    return Call("LastSequence", [&] { return store_.LastSequence(); });
  }
  void OnCommit(std::function<void(int64_t)> listener) override { store_.OnCommit(std::move(listener)); }
  Status Health() override { return store_.Health(); }

 private:
  template <class Work>
  auto Call(const std::string& name, const Work& work) -> decltype(work()) {
    if (Status status = before_(name); !status.ok()) return status.error();
    auto result = work();
    after_(name);
    return result;
  }

  ObjectStore& store_;
  const Before before_;
  const After after_;
};

}  // namespace tarn

// Random operations from many threads, checked against a reference model: there must be one order of all operations on
// a key, possible by the clock, in which each says what a store that does one thing at a time would say.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

#include "common/object_store/local_object_store.h"
#include "tests/contract/object_store/model_history.h"
#ifndef TARN_REAL_DISK
#include "tests/support/fault_fs/fault_fs.h"
#endif
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

constexpr int kThreads = 8;
constexpr int kKeys = 12;  // of each bucket: few, so that threads meet

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value ? std::atoll(value) : otherwise;
}

int64_t NowNs() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

// Tells which operation wrote it, and nothing in it is like that of another one.
std::string ContentOf(int64_t operation) {
  const size_t size = operation % 97 == 0 ? 70'000 : 8 + static_cast<size_t>(operation * 7919 % 3000);
  std::string content = std::to_string(operation) + " ";
  while (content.size() < size) content += static_cast<char>('a' + (content.size() * 31 + static_cast<size_t>(operation)) % 26);
  return content;
}

class Worker {
 public:
  Worker(VersionedStore& store, uint64_t seed, std::atomic<int64_t>& next, int64_t count)
      : store_(store), random_(seed), next_(next), count_(count) {}

  void Run() {
    for (int64_t id; (id = next_++) < count_;) {
      Operation& operation = done_.emplace_back();
      operation.id = id;
      operation.bucket = Below(2) == 0 ? "plain" : "kept";
      operation.key = "key-" + std::to_string(Below(kKeys));
      operation.start_ns = NowNs();
      Do(operation);
      operation.end_ns = NowNs();
    }
  }
  const std::deque<Operation>& done() const { return done_; }
  const std::vector<std::string>& failures() const { return failures_; }

 private:
  struct Known {
    std::string etag, version;
  };

  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }
  Known& KnownOf(const Operation& operation) { return known_[operation.bucket + "/" + operation.key]; }
  void Fail(const std::string& doing, const Error& error) { failures_.push_back(doing + ": " + Describe(error)); }

  void Do(Operation& operation) {
    const int dice = Below(100);
    const bool kept = operation.bucket == "kept";
    if (dice < 18) return Put(operation, false, false);
    if (dice < 28) return Put(operation, true, false);
    if (dice < 38) return Put(operation, false, true);
    if (dice < 52) return Delete(operation);
    if (dice < 57) return Swap(operation);
    if (dice < 62) return List(operation);
    if (dice < 66 && kept) return ListVersions(operation);
    if (dice < 72 && kept) return ReadVersion(operation);
    if (dice < 80 && kept) return DeleteVersion(operation);
    Read(operation);
  }

  Status Stage(Change& change, int64_t id) {
    TARN_ASSIGN(auto writer, store_.Stage());
    TARN_TRY(writer->Write(ContentOf(id)));
    TARN_ASSIGN(change.content, writer->Finish());
    return Ok();
  }

  void Commit(Operation& operation, std::vector<Change> changes) {
    operation.kind = Operation::Kind::kCommit;
    for (Change& change : changes) {
      const bool is_put = change.options.operation == "put";
      if (is_put) {
        if (const Status staged = Stage(change, operation.id); !staged.ok()) return Fail("stage", staged.error());
      }
      operation.changes.push_back({change.key, is_put, change.options.if_none_match, change.options.if_match_etag,
                                   is_put ? change.content->etag() : "", ""});
    }
    const auto result = store_.Commit(std::move(changes), {});
    operation.refused = !result.ok() && result.error().code() == Code::kPreconditionFailed;
    if (!result.ok() && !operation.refused) return Fail("commit", result.error());
    if (operation.refused) return;
    operation.commit_id = result->commit_id;
    size_t put = 0, marker = 0;
    for (Operation::Change& change : operation.changes) {
      if (change.is_put) change.version = result->objects[put++].version;
      else if (marker < result->markers.size()) change.version = result->markers[marker++].version;
    }
    if (!result->objects.empty()) KnownOf(operation) = {result->objects[0].etag, result->objects[0].version};
  }

  Change NewChange(const Operation& operation, const std::string& key, const char* what) {
    Change change{operation.bucket, key, nullptr, {}};
    change.options.operation = what;
    return change;
  }

  void Put(Operation& operation, bool if_none_match, bool if_match) {
    std::vector<Change> changes(1);
    changes[0] = NewChange(operation, operation.key, "put");
    changes[0].options.if_none_match = if_none_match;
    if (if_match) changes[0].options.if_match_etag = KnownOf(operation).etag;
    Commit(operation, std::move(changes));
  }

  void Delete(Operation& operation) {
    std::vector<Change> changes(1);
    changes[0] = NewChange(operation, operation.key, "delete");
    Commit(operation, std::move(changes));
  }

  // Puts one key and deletes another, together.
  void Swap(Operation& operation) {
    std::vector<Change> changes(2);
    changes[0] = NewChange(operation, operation.key, "put");
    const std::string other = "key-" + std::to_string((std::stoi(operation.key.substr(4)) + 1 + Below(kKeys - 1)) % kKeys);
    changes[1] = NewChange(operation, other, "delete");
    Commit(operation, std::move(changes));
  }

  void TakeContent(Operation& operation, ObjectReader& reader) {
    std::string content(reader.length(), '\0');
    for (size_t filled = 0; filled < content.size();) {
      const auto count = reader.Read(content.data() + filled, content.size() - filled);
      if (!count.ok() || *count == 0) return failures_.push_back("a content cannot be read to its end: " + reader.info().key);
      filled += *count;
    }
    operation.content_of = std::atoll(content.c_str());
    if (content != ContentOf(operation.content_of)) failures_.push_back("a content is mixed up: " + reader.info().key);
  }

  void Read(Operation& operation) {
    const auto reader = store_.Get(operation.bucket, operation.key);
    if (!reader.ok() && reader.error().code() == Code::kNotFound) return;
    if (!reader.ok()) return Fail("read", reader.error());
    operation.version = (*reader)->info().version;
    TakeContent(operation, **reader);
    KnownOf(operation) = {(*reader)->info().etag, operation.version};
  }

  void ReadVersion(Operation& operation) {
    operation.version = KnownOf(operation).version;
    if (operation.version.empty()) return Read(operation);
    operation.kind = Operation::Kind::kReadVersion;
    const auto reader = store_.GetVersion(operation.bucket, operation.key, operation.version, {});
    operation.is_marker = !reader.ok() && reader.error().code() == Code::kMethodNotAllowed;
    if (operation.is_marker || (!reader.ok() && reader.error().code() == Code::kNotFound)) return;
    if (!reader.ok()) return Fail("read a version", reader.error());
    TakeContent(operation, **reader);
  }

  void DeleteVersion(Operation& operation) {
    operation.version = KnownOf(operation).version;
    if (operation.version.empty()) return Read(operation);
    operation.kind = Operation::Kind::kDeleteVersion;
    const auto result = store_.DeleteVersion(operation.bucket, operation.key, operation.version, "delete-" + std::to_string(operation.id));
    if (!result.ok()) return Fail("delete a version", result.error());
    operation.deleted = result->deleted;
  }

  void ListVersions(Operation& operation) {
    operation.kind = Operation::Kind::kListVersions;
    VersionListRequest request;
    request.bucket = operation.bucket;
    request.prefix = operation.key;
    request.limit = 1'000'000;
    const auto page = store_.ListVersions(request);
    if (!page.ok()) return Fail("list versions", page.error());
    for (const ListedVersion& listed : page->versions) {
      if (listed.object.key == operation.key) operation.listed.emplace_back(listed.object.key, listed.object.version);
    }
    // A marker, or any old version, for a later delete of it.
    if (!operation.listed.empty()) {
      KnownOf(operation).version = operation.listed[static_cast<size_t>(Below(static_cast<int>(operation.listed.size())))].second;
    }
  }

  void List(Operation& operation) {
    operation.kind = Operation::Kind::kList;
    operation.key.clear();
    const auto page = store_.List({operation.bucket, "", "", "", 1000});
    if (!page.ok()) return Fail("list", page.error());
    for (const ObjectInfo& object : page->objects) operation.listed.emplace_back(object.key, object.version);
  }

  VersionedStore& store_;
  std::mt19937_64 random_;
  std::atomic<int64_t>& next_;
  int64_t count_;
  std::deque<Operation> done_;
  std::map<std::string, Known> known_;
  std::vector<std::string> failures_;
};

std::vector<Event> ReadLog(ObjectStore& store) {
  EventFilter all;
  all.types.assign(std::begin(kEventTypes), std::end(kEventTypes));
  std::vector<Event> log;
  for (int64_t after = 0;;) {
    const auto page = store.ReadEvents(after, all, 10'000);
    EXPECT_THAT(page, IsOk());
    if (!page.ok() || page->events.empty()) return log;
    log.insert(log.end(), page->events.begin(), page->events.end());
    after = page->last_sequence;
  }
}

TEST(ObjectStoreModel, ExplainsWhatManyThreadsSee) {
  const int64_t count = FromEnvironment("TARN_MODEL_OPERATIONS", 100'000);
  const auto seed = static_cast<uint64_t>(FromEnvironment("TARN_MODEL_SEED", static_cast<int64_t>(std::random_device()())));
  std::cout << "seed: TARN_MODEL_SEED=" << seed << std::endl;
#ifndef TARN_REAL_DISK
  fault_fs::PreferMemoryDisk();
  fault_fs::SkipSyncs();  // what survives a crash is another test's matter
#endif

  const TempDirectory directory;
  auto store = std::move(OpenLocalStore({directory / "lake", "model"})).value();
  ASSERT_THAT(store->CreateBucket("plain"), IsOk());
  ASSERT_THAT(store->CreateBucket("kept"), IsOk());
  ASSERT_THAT(store->SetVersioning("kept", Versioning::kEnabled), IsOk());

  std::atomic<int64_t> next = 0;
  std::deque<Worker> workers;
  for (int i = 0; i < kThreads; ++i) workers.emplace_back(*store, seed + static_cast<uint64_t>(i), next, count);
  {
    std::vector<std::jthread> threads;
    for (Worker& worker : workers) threads.emplace_back([&worker] { worker.Run(); });
  }
  std::deque<Operation> operations;
  for (const Worker& worker : workers) {
    EXPECT_THAT(worker.failures(), testing::IsEmpty());
    operations.insert(operations.end(), worker.done().begin(), worker.done().end());
  }
  const std::vector<Event> log = ReadLog(*store);
  ModelHistory history(operations, log, [](const std::string& bucket) { return bucket == "kept"; });
  const auto complaints = history.Check();
  for (const std::string& complaint : complaints) ADD_FAILURE() << complaint;

  const auto refused = std::count_if(operations.begin(), operations.end(), [](const Operation& one) { return one.refused; });
  std::cout << operations.size() << " operations of " << kThreads << " threads, " << log.size() << " events, " << refused
            << " refused conditions\n";
  EXPECT_EQ(static_cast<int64_t>(operations.size()), count);
  EXPECT_GT(refused, count / 100) << "threads must meet";

  // What is there in the end, and after the store was opened again, is the model's last state.
  store.reset();
  store = std::move(OpenLocalStore({directory / "lake", "model"})).value();
  for (const auto& [name, versions] : history.FinalState()) {
    const size_t slash = name.find('/');
    const std::string bucket = name.substr(0, slash), key = name.substr(slash + 1);
    const auto content = store->GetAll(bucket, key);
    if (versions.empty() || versions.front().is_marker) EXPECT_THAT(content, HasError(Code::kNotFound, key));
    else EXPECT_EQ(content.value(), ContentOf(versions.front().put_by));
  }
}

}  // namespace
}  // namespace tarn::object_store

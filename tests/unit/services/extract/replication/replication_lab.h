#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "common/object_store/local_object_store.h"
#include "common/sqlite/database.h"
#include "services/extract/replication/directory_target.h"
#include "services/extract/replication/replicator.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {

/// S3's document with one rule.
inline std::string RuleXml(const std::string& target, const std::string& filter = "<Filter><Prefix></Prefix></Filter>",
                           bool delete_markers = true) {
  return "<ReplicationConfiguration><Role>r</Role><Rule><ID>all</ID><Status>Enabled</Status><Priority>1</Priority>" +
         filter + "<DeleteMarkerReplication><Status>" + (delete_markers ? "Enabled" : "Disabled") +
         "</Status></DeleteMarkerReplication><Destination><Bucket>arn:aws:s3:::" + target +
         "</Bucket></Destination></Rule></ReplicationConfiguration>";
}

/// A store with the bucket "raw" and its replication, on real files.
class Site {
 public:
  explicit Site(const std::filesystem::path& home) : home_(home) {
    std::filesystem::create_directories(home_);
    store = *object_store::OpenLocalStore({home_ / "lake", "extract"});
    EXPECT_THAT(store->EnsureBucket("raw"), IsOk());
    database = *sqlite::Database::Open(home_ / "state.db");
    EXPECT_THAT(database->Migrate({ReplicationTaskStore::kMigration}), IsOk());
    tasks = std::make_unique<ReplicationTaskStore>(*database);
    options.initial_backoff = options.max_backoff = std::chrono::milliseconds(1);
    options.poll = std::chrono::milliseconds(20);
  }

  std::filesystem::path lake() const { return home_ / "lake"; }
  void AddDirectoryTarget(const std::string& name, const std::filesystem::path& root) {
    targets[name] = std::make_unique<DirectoryTarget>(root, "");
  }
  void SetRules(const std::string& xml) { EXPECT_THAT(store->SetBucketDocument("raw", "replication", xml), IsOk()); }
  void Start() {
    auto started = Replicator::Start(options, *store, *tasks, targets, metrics);
    ASSERT_THAT(started, IsOk());
    replicator = *std::move(started);
  }

  std::string StatusOf(const std::string& key) {
    const auto head = store->Head("raw", key);
    return head.ok() ? head->attributes.replication_status : Describe(head.error());
  }
  /// All events are planned and no task is pending.
  bool Quiet() {
    // In this order: what is planned after the first look is pending at the second.
    if (*tasks->Cursor(0) < *store->LastSequence()) return false;
    const auto pending = tasks->List(false, 0, 1);
    return pending.ok() && pending->empty();
  }

  static bool Await(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }
  bool AwaitQuiet() {
    return Await([&] { return Quiet(); });
  }

  std::unique_ptr<object_store::VersionedStore> store;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<ReplicationTaskStore> tasks;
  metrics::Registry metrics;
  TargetsByName targets;
  ReplicatorOptions options;
  std::unique_ptr<Replicator> replicator;

 private:
  const std::filesystem::path home_;
};

}  // namespace tarn::extract

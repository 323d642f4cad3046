#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/object_store/versioned_store.h"
#include "services/extract/replication/task_store.h"
#include "services/extract/s3/configuration/replication.h"

namespace tarn::extract {

/// The name of the bucket document that holds an s3::ReplicationConfiguration.
inline constexpr const char* kReplicationDocument = "replication";

/// Turns events into replication tasks, as the buckets' rules say when the events are looked at. Not replicated: what
/// was replicated here (so two stores can send to each other), what a lifecycle rule expired, and versions removed for
/// good. One thread.
class ReplicationPlanner {
 public:
  ReplicationPlanner(object_store::VersionedStore& store, ReplicationTaskStore& tasks)
      : store_(store), tasks_(tasks) {}

  /// Handles a batch of the event log; the same batch again changes nothing.
  Status Plan(const object_store::EventPage& page);

 private:
  using ByBucket = std::map<std::string, s3::ReplicationConfiguration>;

  /// Without rules if the bucket has none, or none that can be read.
  Result<const s3::ReplicationConfiguration*> ConfigurationOf(ByBucket& known, const std::string& bucket);
  Status PlanPut(const object_store::Event& event, const s3::ReplicationConfiguration& configuration,
                 std::vector<ReplicationTask>& tasks);
  static void PlanDelete(const object_store::Event& event, const s3::ReplicationConfiguration& configuration,
                         std::vector<ReplicationTask>& tasks);
  void SetStatus(const object_store::ObjectInfo& object, const std::string& status);

  object_store::VersionedStore& store_;
  ReplicationTaskStore& tasks_;
};

}  // namespace tarn::extract

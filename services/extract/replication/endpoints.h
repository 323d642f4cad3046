#pragma once

#include "common/http/router.h"
#include "common/object_store/versioned_store.h"
#include "services/extract/replication/replicator.h"
#include "services/extract/replication/target_file.h"
#include "services/extract/replication/task_store.h"

namespace tarn::extract {

/// /v1/replication, /v1/replication-tasks and /v1/replication-targets: rules with their lag, what is pending or failed
/// and can be retried, and where objects may go.
class ReplicationEndpoints {
 public:
  /// All must outlive it.
  ReplicationEndpoints(object_store::VersionedStore& store, ReplicationTaskStore& tasks,
                       const TargetDefinitions& definitions, const TargetsByName& targets, Replicator& replicator)
      : store_(store), tasks_(tasks), definitions_(definitions), targets_(targets), replicator_(replicator) {}

  Result<http::Response> ListRules(http::Request& request);
  Result<http::Response> RetryAll(http::Request& request);
  Result<http::Response> ListTasks(http::Request& request);
  Result<http::Response> GetTask(http::Request& request);
  Result<http::Response> RetryTask(http::Request& request);
  Result<http::Response> ListTargets(http::Request& request);
  Result<http::Response> CheckTarget(http::Request& request);

 private:
  object_store::VersionedStore& store_;
  ReplicationTaskStore& tasks_;
  const TargetDefinitions& definitions_;
  const TargetsByName& targets_;
  Replicator& replicator_;
};

/// `endpoints` must outlive the router.
void AddReplicationRoutes(http::Router& router, ReplicationEndpoints& endpoints);

}  // namespace tarn::extract

#pragma once

#include <functional>

#include "common/metrics/registry.h"
#include "common/object_store/versioned_store.h"
#include "common/time/time.h"
#include "services/extract/lifecycle/bucket_lifecycle.h"

namespace tarn::extract {

/// Carries out the lifecycle configurations of all buckets. Call RunOnce again and again, from one thread.
class LifecycleWorker {
 public:
  using Clock = std::function<Timestamp()>;

  LifecycleWorker(object_store::VersionedStore& store, metrics::Registry& metrics, Clock clock = Now);

  /// Walks every bucket that has a configuration, until `stopped` says to end. A bucket that fails is logged, counted
  /// and passed over; the next run tries it again.
  void RunOnce(const std::function<bool()>& stopped);

 private:
  Status RunBucket(const std::string& bucket, const std::function<bool()>& stopped);
  void Count(Expired kind);

  object_store::VersionedStore& store_;
  metrics::Registry& metrics_;
  const Clock clock_;
  metrics::Counter& looked_at_;
  metrics::Counter& failures_;
  metrics::Gauge& progress_;
  metrics::Gauge& last_run_;
};

}  // namespace tarn::extract

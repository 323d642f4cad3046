#include "services/extract/lifecycle/lifecycle_worker.h"

#include "common/logging/log.h"

namespace tarn::extract {
namespace {

const char* NameOf(Expired kind) {
  switch (kind) {
    case Expired::kCurrent: return "current";
    case Expired::kNoncurrent: return "noncurrent";
    case Expired::kDeleteMarker: return "delete_marker";
    case Expired::kUpload: return "upload";
  }
  return "";
}

}  // namespace

LifecycleWorker::LifecycleWorker(object_store::VersionedStore& store, metrics::Registry& metrics, Clock clock)
    : store_(store),
      metrics_(metrics),
      clock_(std::move(clock)),
      looked_at_(metrics.GetCounter("tarn_lifecycle_versions_total", "Versions that lifecycle rules were applied to.")),
      failures_(metrics.GetCounter("tarn_lifecycle_failures_total", "Buckets whose lifecycle rules could not be carried out.")),
      progress_(metrics.GetGauge("tarn_lifecycle_progress", "Share of the buckets that the run has done, from 0 to 1.")),
      last_run_(metrics.GetGauge("tarn_lifecycle_last_run_timestamp_seconds", "When the last whole run ended.")) {}

void LifecycleWorker::RunOnce(const std::function<bool()>& stopped) {
  const auto buckets = store_.ListBuckets();
  if (!buckets.ok()) {
    failures_.Add();
    return log::Warn("lifecycle rules cannot be carried out", {{"reason", buckets.error()}});
  }
  progress_.Set(0);
  double done = 0;
  for (const std::string& bucket : *buckets) {
    if (stopped()) return;
    if (const Status ran = RunBucket(bucket, stopped); !ran.ok()) {
      failures_.Add();
      log::Warn("a bucket's lifecycle rules cannot be carried out", {{"bucket", bucket}, {"reason", ran.error()}});
    }
    progress_.Set(++done / static_cast<double>(buckets->size()));
  }
  last_run_.Set(static_cast<double>(ToUnixMillis(clock_())) / 1000);
}

Status LifecycleWorker::RunBucket(const std::string& bucket, const std::function<bool()>& stopped) {
  TARN_ASSIGN(const auto document, store_.BucketDocument(bucket, "lifecycle"));
  if (!document) return Ok();
  const auto configuration = s3::LifecycleConfiguration::Parse(*document);
  if (!configuration.ok()) return Error(Code::kInternal, "the configuration cannot be read: " + configuration.error().message);
  TARN_ASSIGN(const auto info, store_.DescribeBucket(bucket));
  int64_t expired = 0;
  const BucketLifecycle::Observer observer{stopped, [&](Expired kind) { Count(kind), ++expired; },
                                           [&](int64_t versions) { looked_at_.Add(static_cast<double>(versions)); }};
  TARN_ASSIGN(const bool ended, BucketLifecycle(store_, info, *configuration, clock_(), observer).Run());
  if (expired > 0) log::Info("lifecycle rules removed what was due", {{"bucket", bucket}, {"count", expired}, {"ended", ended}});
  return Ok();
}

void LifecycleWorker::Count(Expired kind) {
  metrics_.GetCounter("tarn_lifecycle_expired_total", "What lifecycle rules removed.", {{"kind", NameOf(kind)}}).Add();
}

}  // namespace tarn::extract

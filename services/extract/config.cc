#include "services/extract/config.h"

namespace tarn::extract {

void AddOptions(config::OptionSet& set, Config& config) {
  service::AddCommonOptions(set, config.common, 8101);
  set.Port("s3-port", &config.s3_port, "port of the S3 door, on the same address; 0 picks a free one");
  set.Text("s3-port-file", &config.s3_port_file, "file to write the S3 door's port to once it is open");
  set.Text(
      "s3-domain", &config.s3_domain,
      "names, separated by commas, before which a bucket may stand in the Host header, besides localhost");
  set.Flag(
      "check-store", &config.store_check.check,
      "compare the object store's files, index, sizes and hashes, say what differs, and exit (0: nothing)");
  set.Flag("repair", &config.store_check.repair,
           "with --check-store: make index and events follow the files, remove what nothing needs");
  set.Flag("quick", &config.store_check.quick, "with --check-store: compare sizes only, do not read content");
  set.Integer(
      "max-concurrent-runs", &config.runner.max_concurrent_runs, 1, 64,
      "extract runs at a time; those of one source wait for each other unless they are parts of a backfill");
  set.Integer("max-queued-runs", &config.runner.max_queued_runs, 1, 1'000'000,
              "waiting runs; more are refused");
  set.Duration("retry-after-limit", &config.runner.retry.max_retry_after,
               "a run waits this long for a source that asks for it; for longer it goes back to the queue");
  set.Duration("failure-pause", &config.runner.failure_pause,
               "a run whose source fails for longer than it tries waits so long, and longer each time, "
               "before it goes on; "
               "0ms: it fails");
  set.Duration("reload-interval", &config.reload_interval,
               "how often pipeline files are looked at for changes");
  set.Duration("adopt-interval", &config.adopt_interval,
               "how often buckets are looked at for files that other programs changed; 0ms for never");
  set.Flag("watch-files", &config.watch_files, "whether the kernel is asked to tell of such files at once");
  set.Duration("adopt-settle", &config.adopt_settle, "a foreign file must be unchanged for this long");
  set.Duration("lifecycle-interval", &config.lifecycle_interval,
               "how often the lifecycle rules of buckets are carried out; 0ms for never");
  set.Duration("event-retention", &config.event_retention,
               "events that are older, and delivered, leave the event log; 0ms for never");
  set.Duration("run-retention", &config.run_retention,
               "runs that ended longer ago leave the list of runs, their objects stay; 0ms for never");
  events::AddDelivererOptions(set, config.webhooks);
  set.Text("replication-targets", &config.replication_targets,
           "a YAML file that names the places that buckets may be replicated to");
  set.Integer("replication-concurrency", &config.replication.concurrency, 1, 64,
              "objects replicated at a time");
  set.Duration("replication-give-up-after", &config.replication.give_up_after,
               "a change that a target could not take for so long, as it was away, has failed");
}

}  // namespace tarn::extract

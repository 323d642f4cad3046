#include "services/transform/config.h"

namespace tarn::transform {

void AddTransformOptions(config::OptionSet& set, TransformOptions& options) {
  SchedulerOptions& scheduler = options.scheduler;
  set.Integer("run-threads", &scheduler.threads, 1, 64,
              "Runs at a time; those of one transform follow each other");
  set.Integer("run-attempts", &scheduler.max_attempts, 1, 100,
              "Tries of a run whose failure may pass by itself");
  set.Duration("run-backoff", &scheduler.initial_backoff, "Wait before the second try; it doubles with each");
  set.Duration("run-retention", &options.run_retention,
               "How long ended runs and resolved dead letters are kept; 0: for ever");
  set.Duration("removed-transform-grace", &options.removed_grace,
               "How long the runs of a transform whose folder is gone wait for it to come back");

  EngineLimits& engine = options.runner.engine;
  set.Size("engine-memory", &engine.memory_bytes, "Memory of the SQL engine, per run: a sixth is kept for what it does not count");
  set.Size("engine-temp", &engine.temp_bytes, "Disk space that the SQL engine may spill to, per run");
  set.Integer("engine-threads", &engine.threads, 1, 256, "Threads of the SQL engine, per run");

  set.Text("catalog-url", &options.catalog_url,
           "Where tarn-catalog answers; asked for the tables that models read");
  set.Duration("table-wait", &options.runner.longest_wait,
               "How long a run waits for a table that is not cataloged yet, or for the catalog");
  set.Size("max-json-size", &options.runner.input.max_bytes, "Largest JSON object that a run takes");
  set.Size("max-unpacked-size", &options.runner.input.max_unpacked_bytes,
           "Most that one compressed object may unpack to");

  PreviewOptions& preview = options.preview;
  set.Size("preview-memory", &preview.engine.memory_bytes, "Memory of the SQL engine, per preview");
  set.Duration("preview-timeout", &preview.timeout, "Longest time that a preview may take");
  set.Integer("previews", &preview.concurrent, 1, 64, "Previews and tests at a time; more are answered 429");

  events::AddDelivererOptions(set, options.webhooks);
}

}  // namespace tarn::transform

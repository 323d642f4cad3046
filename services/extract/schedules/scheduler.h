#pragma once

#include "services/extract/runs/run_store.h"
#include "services/extract/runs/runner.h"
#include "services/extract/sources/source_catalog.h"

namespace tarn::extract {

/// Starts the runs of sources that have `schedule: {every: ...}`. The last run by schedule stands in the run
/// store, so a restart neither repeats nor forgets one.
class Scheduler {
 public:
  Scheduler(const SourceCatalog& sources, RunStore& runs, Runner& runner)
      : sources_(sources), runs_(runs), runner_(runner) {}

  /// Starts what is due at `now`. A source whose last run has not ended is left for the next time.
  void StartDue(Timestamp now);

 private:
  Status StartIfDue(const Source& source, Timestamp now);

  const SourceCatalog& sources_;
  RunStore& runs_;
  Runner& runner_;
};

}  // namespace tarn::extract

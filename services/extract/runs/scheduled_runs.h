#pragma once

#include "services/extract/runs/run_store.h"
#include "services/extract/runs/runner.h"
#include "services/extract/schedules/run_starter.h"
#include "services/extract/sources/source_catalog.h"

namespace tarn::extract {

/// The runs that schedules start, in the runner's queue. Thread-safe.
class ScheduledRuns : public RunStarter {
 public:
  ScheduledRuns(const SourceCatalog& sources, RunStore& runs, Runner& runner)
      : sources_(sources), runs_(runs), runner_(runner) {}

  Result<std::optional<std::string>> Find(const std::string& source, Timestamp scheduled_for) override;
  Result<std::string> Start(const std::string& source, Timestamp scheduled_for,
                            schedule::Overlap overlap) override;
  Result<int64_t> CountUnfinished(const std::string& source) override;
  Status CancelUnfinished(const std::string& source) override;

 private:
  const SourceCatalog& sources_;
  RunStore& runs_;
  Runner& runner_;
};

}  // namespace tarn::extract

#pragma once

#include <string>
#include <vector>

#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/runs/run.h"

namespace tarn::transform {

/// Whether the content of an object may be the cause of a failure: it will not pass by itself, and nobody
/// asked for it.
bool MayBeTheData(const Error& error);

/// Why an object has a dead letter of a run that failed as a whole.
std::string WholeRunFailed(const Error& error);

/// Fills in what follows from the states of a run's inputs: its state, the counts of objects, and the error
/// if some are dead. `dead` are in the order in which OpenedInputs buries them: the first object last.
void SummarizeInputs(RunReport& report, const std::vector<DeadLetter>& dead);

/// The report of a run that cannot be carried out, and dead letters for its inputs, but for those skipped.
struct GivenUp {
  RunReport report;
  std::vector<DeadLetter> dead;
};
GivenUp GiveUpOn(const Run& run, const std::vector<RunInput>& inputs, const Error& error);

}  // namespace tarn::transform

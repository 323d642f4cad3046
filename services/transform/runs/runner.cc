#include "services/transform/runs/runner.h"

#include <optional>
#include <string_view>

#include "services/transform/runs/manifest.h"
#include "services/transform/runs/run_attempt.h"
#include "services/transform/runs/run_outcome.h"

namespace tarn::transform {
namespace {

// What is carried out where tables that are appended to are to start afresh.
Definition WithoutAppending(Definition definition) {
  for (Output& output : definition.outputs) {
    if (output.mode == Mode::kAppend) output.mode = Mode::kReplace;
  }
  return definition;
}

// The engine says how much it had, but not what could give it more.
Error WithAdvice(const Error& error, const EngineLimits& engine) {
  constexpr std::string_view kOutOfMemory = "Out of Memory";
  if (error.code() != Code::kResourceExhausted || error.message().find(kOutOfMemory) == std::string::npos)
    return error;
  return Error(error.code(),
               error.message() + "; runs have " + std::to_string(engine.memory_bytes >> 20) + " MiB and " +
                   std::to_string(engine.threads) +
                   " threads: give them more with --engine-memory, or let fewer threads share it "
                   "with --engine-threads, or take fewer objects per run (batch.max_objects)")
      .At(error.where());
}

}  // namespace

Result<RunReport> Runner::Execute(const Run& run, const std::vector<RunInput>& inputs,
                                  const Definition& definition, std::stop_token cancelled,
                                  RunProgress* progress) {
  TARN_ASSIGN(Manifest manifest, ReadManifest(store_, definition.name));
  if (manifest.run_id == run.id) {
    TARN_TRY(FindVersions(store_, manifest.report.lineage));
    return std::move(manifest.report);
  }
  if (cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
  std::optional<Definition> afresh;
  if (run.replaces) afresh = WithoutAppending(definition);
  RunProgress unseen;
  RunProgress& seen = progress != nullptr ? *progress : unseen;
  seen.Enter(RunProgress::Phase::kValidate);
  RunAttempt attempt(store_, dead_letters_, options_, run, inputs, afresh ? *afresh : definition, seen,
                     cancelled);
  auto tables = tables_.Open(definition.ReadTables(), cancelled);
  if (!tables.ok()) return Waiting(run, tables.error());
  auto report = attempt.CarryOut(*std::move(tables), manifest.report.lineage.definition);
  return report.ok() ? std::move(report) : WithAdvice(report.error(), options_.engine);
}

// No object is to blame for a table that cannot be had. A defect must not keep a run for ever, though.
Result<RunReport> Runner::Waiting(const Run& run, const Error& error) const {
  if (error.code() == Code::kCancelled) return error;
  const auto waited = Now() - run.created_at;
  if (waited >= options_.longest_wait) {
    return Error(Code::kUnprocessable,
                 error.message() + "; the run has waited for it since " + FormatRfc3339(run.created_at));
  }
  RunReport report;
  report.state = RunState::kQueued;
  report.error = Error(Code::kUnavailable, error.message() + "; the run waits for it");
  return report;
}

Result<RunReport> Runner::GiveUp(const Run& run, const std::vector<RunInput>& inputs, const Error& error) {
  GivenUp given_up = GiveUpOn(run, inputs, error);
  TARN_TRY(dead_letters_.Record(given_up.dead));
  return std::move(given_up.report);
}

}  // namespace tarn::transform

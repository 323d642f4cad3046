#include "services/transform/runs/run_attempt.h"

#include <utility>

#include "common/logging/log.h"
#include "services/transform/quality/quality_files.h"
#include "services/transform/runs/on_success.h"
#include "services/transform/runs/run_outcome.h"

namespace tarn::transform {
namespace {

constexpr const char* kResultsFile = "quality.parquet";

}  // namespace

// Milliseconds since the last call, or since the attempt began.
int64_t RunAttempt::Lap() {
  const auto now = std::chrono::steady_clock::now();
  const auto passed = now - std::exchange(last_lap_, now);
  return std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
}

Result<RunReport> RunAttempt::CarryOut(PinnedTables tables, const std::string& earlier_definition) {
  tables_ = std::move(tables);
  earlier_definition_ = earlier_definition;
  TARN_ASSIGN(opened_, OpenInputs(store_, run_, inputs_, definition_, options_.input));
  TARN_TRY(SettleColumns(Look::kTypes));
  report_.timings_ms["validate"] = Lap();
  report_.lineage.definition = definition_.hash;
  // A run may have no objects from the beginning: its transform reads tables, or nothing came since the last.
  if (opened_.files.empty() && !inputs_.empty()) return WithoutObjects();
  return Publish();
}

Status RunAttempt::SettleColumns(Look look) {
  return columns_.Settle(store_, options_.engine, run_, inputs_, definition_, look, opened_, cancelled_);
}

Result<RunReport> RunAttempt::WithoutObjects() {
  TARN_TRY(dead_letters_.Record(opened_.dead));
  report_.inputs = opened_.states;
  SummarizeInputs(report_, opened_.dead);
  return std::move(report_);
}

Result<RunReport> RunAttempt::Publish() {
  auto published = PublishWith(Materialise::kShared);
  if (published.ok() || !MayBeTheData(published.error())) return published;
  log::Warn("a run fails; carrying it out model by model", {{"run", run_.id}, {"error", published.error()}});
  report_ = RunReport();
  TARN_TRY(SettleColumns(Look::kValues));
  if (opened_.files.empty() && !inputs_.empty()) return WithoutObjects();
  return PublishWith(Materialise::kAll);
}

Result<RunReport> RunAttempt::PublishWith(Materialise materialise) {
  report_.lineage.definition = definition_.hash;
  TARN_ASSIGN(scratch_, store_.ScratchDirectory());
  TARN_ASSIGN(auto publication, Publication::Prepare(store_, definition_, run_.id, earlier_definition_));
  if (run_.replaces) TARN_TRY(publication->DropQuarantines());
  TARN_ASSIGN(const auto built, BuildModels(materialise));
  report_.inputs = opened_.states;
  report_.tables = tables_.versions();
  report_.lineage.tables = tables_.reads();
  if (built.workspace) {
    TARN_TRY(NoteModels(built));
    TARN_ASSIGN(const bool may_publish, JudgeAndWrite(*built.workspace, *publication));
    if (!may_publish) return Refuse();
  }
  SummarizeInputs(report_, opened_.dead);
  // Before the commit: a run that dies after it is taken as done.
  TARN_TRY(dead_letters_.Record(opened_.dead));
  if (!built.workspace) return std::move(report_);
  TARN_TRY(columns_.Attach(*publication, definition_.name, *scratch_));
  TARN_TRY(AttachOnSuccess(*publication));
  progress_.Enter(RunProgress::Phase::kCommit);
  TARN_TRY(publication->Commit(report_));
  report_.timings_ms["commit"] = Lap();
  return std::move(report_);
}

// With kShared no object is searched for: which model fails is not certain.
Result<BuiltModels> RunAttempt::BuildModels(Materialise materialise) {
  std::vector<std::filesystem::path> directories = opened_.directories();
  for (auto& directory : tables_.directories()) directories.push_back(std::move(directory));
  RunModels models(
      options_.engine, options_.max_poison_attempts,
      {run_, inputs_, definition_, tables_, columns_.columns(), *scratch_, std::move(directories)}, progress_,
      cancelled_);
  if (materialise == Materialise::kShared) return models.Build(materialise, opened_.files);
  return models.BuildWithoutPoison(opened_);
}

Status RunAttempt::NoteModels(const BuiltModels& built) {
  for (const size_t ordinal : opened_.ordinals) report_.inputs[ordinal] = InputState::kPublished;
  for (const InputFile& file : opened_.files) ++report_.lineage.inputs[file.input];
  TARN_ASSIGN(report_.counts, built.models->Counts());
  report_.models = built.models->reports();
  report_.timings_ms["models"] = Lap();
  return Ok();
}

// Writes the outputs, unless a rule forbids it: then false, and the report has the error.
Result<bool> RunAttempt::JudgeAndWrite(SqlWorkspace& workspace, Publication& publication) {
  progress_.Enter(RunProgress::Phase::kQuality);
  const auto files = publication.PlaceFiles(*scratch_);
  OutputWriter writer(workspace);
  QualityRun quality(writer, definition_, files, run_.started_at.value_or(run_.created_at), cancelled_);
  TARN_TRY(quality.Judge());
  report_.quality = quality.Results();
  report_.error = quality.Failure();
  if (!report_.quality.empty()) {
    TARN_TRY(WriteResults(workspace.connection(), run_.id, run_.transform, report_.quality,
                          *scratch_ / kResultsFile, cancelled_));
    report_.timings_ms["quality"] = Lap();
  }
  if (report_.error) return false;
  TARN_TRY(AttachQuality(quality, publication));
  progress_.Enter(RunProgress::Phase::kOutputs);
  TARN_TRY(publication.Write(writer, cancelled_));
  report_.timings_ms["outputs"] = Lap();
  return true;
}

Status RunAttempt::AttachQuality(QualityRun& quality, Publication& publication) {
  if (report_.quality.empty()) return Ok();
  publication.Attach({ResultsKey(run_.id), *scratch_ / kResultsFile, std::nullopt});
  int64_t rows = 0;
  for (size_t i = 0; i < quality.quarantined().size(); ++i) {
    const auto& quarantined = quality.quarantined()[i];
    const Output& output = *quarantined.output;
    const auto file = *scratch_ / ("quarantine-" + std::to_string(i) + ".parquet");
    TARN_TRY(quality.WriteQuarantined(quarantined, run_.id, file));
    RunOutput published;
    published.table = output.database + "." + output.QuarantineName();
    published.model = output.model;
    published.mode = ModeName(Mode::kAppend);
    published.rows = quarantined.rows;
    publication.Attach({QuarantineKey(output, run_.id), file, std::move(published)});
    rows += quarantined.rows;
  }
  report_.counts[kRowsQuarantined] = rows;
  return Ok();
}

Status RunAttempt::AttachOnSuccess(Publication& publication) {
  std::vector<TakenInput> taken;
  for (size_t i = 0; i < opened_.files.size(); ++i)
    taken.push_back({&inputs_[opened_.ordinals[i]], opened_.files[i].file});
  TARN_ASSIGN(auto changes, ChangesOnSuccess(store_, definition_, taken, *scratch_));
  publication.Attach(std::move(changes));
  return Ok();
}

Result<RunReport> RunAttempt::Refuse() {
  TARN_TRY(PublishResults());
  while (!opened_.files.empty()) {
    const Fault fault{WholeRunFailed(*report_.error), std::nullopt};
    opened_.Bury(run_, inputs_, opened_.files.size() - 1, fault);
  }
  TARN_TRY(dead_letters_.Record(opened_.dead));
  RunReport report;
  report.inputs = opened_.states;
  SummarizeInputs(report, opened_.dead);
  report.state = RunState::kFailed;
  report.error = std::move(report_.error);
  report.models = std::move(report_.models);
  report.lineage = std::move(report_.lineage);
  report.tables = std::move(report_.tables);
  report.quality = std::move(report_.quality);
  report.timings_ms = std::move(report_.timings_ms);
  return report;
}

// What the rules found out is published also when nothing else is: that is when it is asked for most.
Status RunAttempt::PublishResults() {
  TARN_ASSIGN(auto content, store_.StageFile(*scratch_ / kResultsFile));
  object_store::PutOptions put;
  put.content_type = "application/vnd.apache.parquet";
  std::vector<object_store::Change> changes;
  changes.push_back({kPublishBucket, ResultsKey(run_.id), std::move(content), std::move(put)});
  // No token: another try of the run may find out something else, and then its results are the ones to keep.
  TARN_TRY(store_.Commit(std::move(changes), object_store::CommitOptions()));
  return Ok();
}

}  // namespace tarn::transform

#include "services/transform/runs/runner.h"

#include <algorithm>
#include <chrono>
#include <fstream>

#include "common/logging/log.h"
#include "services/transform/quality/quality_files.h"
#include "services/transform/runs/input_settlement.h"
#include "services/transform/runs/model_builder.h"
#include "services/transform/runs/on_success.h"
#include "services/transform/runs/poison_search.h"

namespace tarn::transform {
namespace {

class Stopwatch {
 public:
  /// Milliseconds since the last call, or since it was made.
  int64_t Lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - last_).count();
    last_ = now;
    return passed;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

constexpr const char* kResultsFile = "quality.parquet";

bool MayBeTheData(const Error& error) { return !error.retryable() && error.code() != Code::kCancelled; }

std::string Where(const DeadLetter& letter) {
  std::string where = letter.bucket + "/" + letter.key;
  if (letter.byte_offset) where += ": byte " + std::to_string(*letter.byte_offset);
  return where;
}

std::string WholeRunFailed(const Error& error) {
  return "the whole run failed: " + (error.where().empty() ? "" : error.where() + ": ") + error.message();
}

// Readers know an object by its key, and not the file that the engine speaks of.
std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

// Fills in what follows from the inputs' states: the state of the run, the counts of objects, the error.
void Summarize(RunReport& report, const std::vector<DeadLetter>& dead) {
  int64_t published = 0, skipped = 0;
  for (const InputState state : report.inputs) {
    published += state == InputState::kPublished;
    skipped += state == InputState::kSkipped;
  }
  report.counts["objects"] = static_cast<int64_t>(report.inputs.size());
  report.counts["objects_published"] = published;
  report.counts["objects_skipped"] = skipped;
  report.counts["objects_dead"] = static_cast<int64_t>(dead.size());
  if (dead.empty()) {
    report.state = published > 0 || report.inputs.empty() ? RunState::kSucceeded : RunState::kUnchanged;
    return;
  }
  report.state = published > 0 ? RunState::kPartiallySucceeded : RunState::kFailed;
  const DeadLetter& first = dead.back();  // they were found from the last to the first
  report.error = Error(Code::kUnprocessable, std::to_string(dead.size()) + " of " +
                                                 std::to_string(report.inputs.size()) +
                                                 " objects cannot be read; the first is " + first.bucket +
                                                 "/" + first.key + ": " + first.reason)
                     .At(Where(first));
}

// What is carried out where tables that are appended to are to start afresh.
Definition WithoutAppending(Definition definition) {
  for (Output& output : definition.outputs) {
    if (output.mode == Mode::kAppend) output.mode = Mode::kReplace;
  }
  return definition;
}

}  // namespace

struct Runner::Task {
  const Run& run;
  const std::vector<RunInput>& inputs;
  const Definition& definition;
  std::stop_token cancelled;
  RunProgress& progress;
  std::shared_ptr<const std::filesystem::path> scratch;
  RunReport report;
  Stopwatch stopwatch;
  InputColumns earlier_columns{};  // of the last run's inputs
  InputColumns columns{};
  PinnedTables tables{};
};

// The models of a run, there to be written; both null if no object is left.
struct Runner::Built {
  std::unique_ptr<SqlWorkspace> workspace;
  std::unique_ptr<ModelBuilder> models;
};

Result<RunReport> Runner::Execute(const Run& run, const std::vector<RunInput>& inputs,
                                  const Definition& definition, std::stop_token cancelled,
                                  RunProgress* progress) {
  TARN_ASSIGN(Manifest manifest, ReadManifest(store_, definition.name));
  if (manifest.run_id == run.id) {
    TARN_TRY(FindVersions(store_, manifest.report.lineage));
    return std::move(manifest.report);
  }
  if (cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
  if (run.replaces) {
    Run afresh = run;
    afresh.replaces = false;
    return Execute(afresh, inputs, WithoutAppending(definition), cancelled, progress);
  }
  RunProgress unseen;
  Task task{run, inputs, definition, cancelled, progress ? *progress : unseen, nullptr, {}, {}};
  task.progress.Enter(RunProgress::Phase::kValidate);
  auto tables = tables_.Open(definition.ReadTables(), cancelled);
  if (!tables.ok()) return Waiting(run, tables.error());
  task.tables = *std::move(tables);
  TARN_ASSIGN(auto opened, OpenInputs(store_, run, inputs, definition, options_.input));
  TARN_TRY(SettleColumns(task, opened, Look::kTypes));
  task.report.timings_ms["validate"] = task.stopwatch.Lap();
  task.report.lineage.definition = definition.hash;
  // A run may have no objects from the beginning: its transform reads tables, or nothing came since the last.
  if (!opened.files.empty() || inputs.empty()) return Publish(task, opened);
  TARN_TRY(dead_letters_.Record(opened.dead));
  task.report.inputs = opened.states;
  Summarize(task.report, opened.dead);
  return std::move(task.report);
}

// What is known of the inputs' columns, and which objects do not fit it.
Status Runner::SettleColumns(Task& task, OpenedInputs& opened, Look look) {
  const auto& all = task.definition.inputs;
  if (std::none_of(all.begin(), all.end(), HasColumns)) return Ok();
  TARN_ASSIGN(task.earlier_columns, ReadInputColumns(store_, task.definition.name));
  task.columns = task.earlier_columns;
  TARN_ASSIGN(task.scratch, store_.ScratchDirectory());
  TARN_ASSIGN(const auto workspace, SqlWorkspace::Open(options_.engine, *task.scratch, opened.directories()));
  return SettleInputs(workspace->connection(), task.run, task.inputs, task.definition, look, opened,
                      task.columns, task.cancelled);
}

// Remembers the columns for the next run.
Status Runner::AttachColumns(Task& task, Publication& publication) {
  const std::string rendered = RenderInputColumns(task.columns);
  if (rendered == RenderInputColumns(task.earlier_columns)) return Ok();
  const auto file = *task.scratch / "input-columns.json";
  std::ofstream out(file, std::ios::binary);
  out << rendered;
  out.close();
  if (!out) return Error(Code::kUnavailable, "the columns of the inputs cannot be written down");
  publication.Attach({InputColumnsKey(task.definition.name), file, std::nullopt});
  return Ok();
}

Result<RunReport> Runner::Publish(Task& task, OpenedInputs& opened) {
  auto published = PublishWith(Materialise::kShared, task, opened);
  if (published.ok() || !MayBeTheData(published.error())) return published;
  log::Warn("a run fails; carrying it out model by model",
            {{"run", task.run.id}, {"error", published.error()}});
  task.report = RunReport();
  TARN_TRY(SettleColumns(task, opened, Look::kValues));
  if (opened.files.empty() && !task.inputs.empty()) {
    TARN_TRY(dead_letters_.Record(opened.dead));
    task.report.inputs = opened.states;
    Summarize(task.report, opened.dead);
    return std::move(task.report);
  }
  return PublishWith(Materialise::kAll, task, opened);
}

// With kShared no object is searched for: which model fails is not certain.
Result<RunReport> Runner::PublishWith(Materialise materialise, Task& task, OpenedInputs& opened) {
  task.report.lineage.definition = task.definition.hash;
  TARN_ASSIGN(task.scratch, store_.ScratchDirectory());
  TARN_ASSIGN(auto publication, Publication::Prepare(store_, task.definition, task.run.id));
  std::vector<std::filesystem::path> directories = opened.directories();
  for (auto& directory : task.tables.directories()) directories.push_back(std::move(directory));

  TARN_ASSIGN(const auto built, materialise == Materialise::kShared
                                    ? BuildModels(materialise, task, opened.files, directories)
                                    : BuildWithoutPoison(task, opened, directories));
  task.report.inputs = opened.states;
  task.report.tables = task.tables.versions();
  task.report.lineage.tables = task.tables.reads();
  if (built.workspace) {
    for (const size_t ordinal : opened.ordinals) task.report.inputs[ordinal] = InputState::kPublished;
    for (const InputFile& file : opened.files) ++task.report.lineage.inputs[file.input];
    TARN_ASSIGN(task.report.counts, built.models->Counts());
    task.report.models = built.models->reports();
    task.report.timings_ms["models"] = task.stopwatch.Lap();
    TARN_ASSIGN(const bool may_publish, JudgeAndWrite(task, *built.workspace, *publication));
    if (!may_publish) return Refuse(task, opened);
  }
  Summarize(task.report, opened.dead);
  // Before the commit: a run that dies after it is taken as done.
  TARN_TRY(dead_letters_.Record(opened.dead));
  if (!built.workspace) return std::move(task.report);
  TARN_TRY(AttachColumns(task, *publication));
  TARN_TRY(AttachOnSuccess(task, opened, *publication));
  task.progress.Enter(RunProgress::Phase::kCommit);
  TARN_TRY(publication->Commit(task.report));
  task.report.timings_ms["commit"] = task.stopwatch.Lap();
  return std::move(task.report);
}

// Writes the outputs, unless a rule forbids it: then false, and the report has the error.
Result<bool> Runner::JudgeAndWrite(Task& task, SqlWorkspace& workspace, Publication& publication) {
  task.progress.Enter(RunProgress::Phase::kQuality);
  const auto files = publication.PlaceFiles(*task.scratch);
  OutputWriter writer(workspace);
  QualityRun quality(writer, task.definition, files, task.run.started_at.value_or(task.run.created_at),
                     task.cancelled);
  TARN_TRY(quality.Judge());
  task.report.quality = quality.Results();
  task.report.error = quality.Failure();
  if (!task.report.quality.empty()) {
    TARN_TRY(WriteResults(workspace.connection(), task.run.id, task.run.transform, task.report.quality,
                          *task.scratch / kResultsFile, task.cancelled));
    task.report.timings_ms["quality"] = task.stopwatch.Lap();
  }
  if (task.report.error) return false;
  TARN_TRY(AttachQuality(task, quality, publication));
  task.progress.Enter(RunProgress::Phase::kOutputs);
  TARN_TRY(publication.Write(writer, task.cancelled));
  task.report.timings_ms["outputs"] = task.stopwatch.Lap();
  return true;
}

Status Runner::AttachOnSuccess(Task& task, OpenedInputs& opened, Publication& publication) {
  std::vector<TakenInput> taken;
  for (size_t i = 0; i < opened.files.size(); ++i)
    taken.push_back({&task.inputs[opened.ordinals[i]], opened.files[i].file});
  TARN_ASSIGN(auto changes, ChangesOnSuccess(store_, task.definition, taken, *task.scratch));
  publication.Attach(std::move(changes));
  return Ok();
}

Status Runner::AttachQuality(Task& task, QualityRun& quality, Publication& publication) {
  if (task.report.quality.empty()) return Ok();
  publication.Attach({ResultsKey(task.run.id), *task.scratch / kResultsFile, std::nullopt});
  int64_t rows = 0;
  for (size_t i = 0; i < quality.quarantined().size(); ++i) {
    const auto& quarantined = quality.quarantined()[i];
    const Output& output = *quarantined.output;
    const auto file = *task.scratch / ("quarantine-" + std::to_string(i) + ".parquet");
    TARN_TRY(quality.WriteQuarantined(quarantined, task.run.id, file));
    RunOutput published;
    published.table = output.database + "." + output.QuarantineName();
    published.model = output.model;
    published.mode = ModeName(Mode::kAppend);
    published.rows = quarantined.rows;
    publication.Attach({QuarantineKey(output, task.run.id), file, std::move(published)});
    rows += quarantined.rows;
  }
  task.report.counts[kRowsQuarantined] = rows;
  return Ok();
}

// What the rules found out is published also when nothing else is: that is when it is asked for most.
Result<RunReport> Runner::Refuse(Task& task, OpenedInputs& opened) {
  TARN_ASSIGN(auto content, store_.StageFile(*task.scratch / kResultsFile));
  object_store::PutOptions put;
  put.content_type = "application/vnd.apache.parquet";
  std::vector<object_store::Change> changes;
  changes.push_back({kPublishBucket, ResultsKey(task.run.id), std::move(content), std::move(put)});
  // No token: another try of the run may find out something else, and then its results are the ones to keep.
  TARN_ASSIGN(const auto committed, store_.Commit(std::move(changes), object_store::CommitOptions()));
  (void)committed;
  while (!opened.files.empty()) {
    const Fault fault{WholeRunFailed(*task.report.error), std::nullopt};
    opened.Bury(task.run, task.inputs, opened.files.size() - 1, fault);
  }
  TARN_TRY(dead_letters_.Record(opened.dead));
  RunReport report;
  report.inputs = opened.states;
  Summarize(report, opened.dead);
  report.state = RunState::kFailed;
  report.error = std::move(task.report.error);
  report.models = std::move(task.report.models);
  report.lineage = std::move(task.report.lineage);
  report.tables = std::move(task.report.tables);
  report.quality = std::move(task.report.quality);
  report.timings_ms = std::move(task.report.timings_ms);
  return report;
}

Result<Runner::Built> Runner::BuildModels(Materialise materialise, Task& task,
                                          const std::vector<InputFile>& files,
                                          const std::vector<std::filesystem::path>& directories) {
  Built built;
  TARN_ASSIGN(built.workspace, SqlWorkspace::Open(options_.engine, *task.scratch, directories));
  duckdb::Connection& connection = built.workspace->connection();
  TARN_TRY(task.tables.CreateViews(connection, task.cancelled));
  TARN_TRY(LoadInputs(connection, task.definition, files, task.columns, task.cancelled));
  built.models =
      std::make_unique<ModelBuilder>(connection, task.definition,
                                     RunFacts{task.run.id, task.run.started_at.value_or(task.run.created_at),
                                              TriggerName(task.run.trigger)});
  task.progress.Enter(RunProgress::Phase::kModels, static_cast<int64_t>(task.definition.models.size()));
  TARN_TRY(built.models->Build(materialise, task.cancelled, [&] { task.progress.Step(); }));
  return built;
}

// Returns nothing built if no object is left.
Result<Runner::Built> Runner::BuildWithoutPoison(Task& task, OpenedInputs& opened,
                                                 const std::vector<std::filesystem::path>& directories) {
  auto built = BuildModels(Materialise::kAll, task, opened.files, directories);
  if (built.ok() || opened.files.empty() || !MayBeTheData(built.error())) return built;
  log::Warn("models fail; looking for the object that makes them",
            {{"run", task.run.id}, {"error", built.error()}});

  // Models that fail on nothing at all are wrong themselves, and no object is to blame.
  TARN_TRY(BuildModels(Materialise::kAll, task, {}, directories));

  TARN_ASSIGN(const auto poison,
              FindPoison(opened.files.size(), options_.max_poison_attempts, [&](const auto& items) -> Status {
                std::vector<InputFile> files;
                for (const size_t item : items) files.push_back(opened.files[item]);
                TARN_TRY(BuildModels(Materialise::kAll, task, files, directories));
                return Ok();
              }));
  for (auto found = poison.rbegin(); found != poison.rend(); ++found) {
    const std::string where = found->error.where().empty() ? "" : found->error.where() + ": ";
    const InputFile& file = opened.files[found->item];
    const std::string reason = Replaced(where + found->error.message(), file.file.string(), file.key);
    opened.Bury(task.run, task.inputs, found->item, {reason, std::nullopt});
  }
  if (opened.files.empty()) return Built();
  return BuildModels(Materialise::kAll, task, opened.files, directories);
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
  std::vector<DeadLetter> dead;
  RunReport report;
  for (const RunInput& input : inputs) {
    const bool skipped = input.state == InputState::kSkipped;
    report.inputs.push_back(skipped ? InputState::kSkipped : InputState::kDead);
    if (skipped) continue;
    DeadLetter letter;
    letter.run_id = run.id;
    letter.transform = run.transform;
    letter.bucket = input.bucket;
    letter.key = input.key;
    letter.version = input.version;
    letter.reason = WholeRunFailed(error);
    dead.push_back(std::move(letter));
  }
  TARN_TRY(dead_letters_.Record(dead));
  Summarize(report, dead);
  report.state = RunState::kFailed;
  report.error = error;
  return report;
}

}  // namespace tarn::transform

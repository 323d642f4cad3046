#include "services/transform/runs/run_models.h"

#include "common/logging/log.h"
#include "services/transform/runs/poison_search.h"
#include "services/transform/runs/run_outcome.h"

namespace tarn::transform {
namespace {

// Readers know an object by its key, and not the file that the engine speaks of.
std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

Fault FaultOf(const InputFile& file, const Error& error) {
  const std::string where = error.where().empty() ? "" : error.where() + ": ";
  return {Replaced(where + error.message(), file.file.string(), file.key), std::nullopt};
}

}  // namespace

Result<BuiltModels> RunModels::Build(Materialise materialise, const std::vector<InputFile>& files) {
  const auto& [run, inputs, definition, tables, columns, scratch, directories] = sources_;
  BuiltModels built;
  TARN_ASSIGN(built.workspace, SqlWorkspace::Open(engine_, scratch, directories));
  duckdb::Connection& connection = built.workspace->connection();
  TARN_TRY(tables.CreateViews(connection, cancelled_));
  TARN_TRY(LoadInputs(connection, definition, files, columns, cancelled_));
  const RunFacts facts{run.id, run.started_at.value_or(run.created_at), TriggerName(run.trigger)};
  built.models = std::make_unique<ModelBuilder>(connection, definition, facts);
  progress_.Enter(RunProgress::Phase::kModels, static_cast<int64_t>(definition.models.size()));
  TARN_TRY(built.models->Build(materialise, cancelled_, [this] { progress_.Step(); }));
  return built;
}

Result<BuiltModels> RunModels::BuildWithoutPoison(OpenedInputs& opened) {
  auto built = Build(Materialise::kAll, opened.files);
  if (built.ok() || opened.files.empty() || !MayBeTheData(built.error())) return built;
  log::Warn("models fail; looking for the object that makes them",
            {{"run", sources_.run.id}, {"error", built.error()}});

  // Models that fail on nothing at all are wrong themselves, and no object is to blame.
  TARN_TRY(Build(Materialise::kAll, {}));

  TARN_ASSIGN(const auto poison,
              FindPoison(opened.files.size(), max_attempts_, [&](const auto& items) -> Status {
                std::vector<InputFile> files;
                for (const size_t item : items) files.push_back(opened.files[item]);
                TARN_TRY(Build(Materialise::kAll, files));
                return Ok();
              }));
  // From the last, since burying one moves those behind it.
  for (auto found = poison.rbegin(); found != poison.rend(); ++found) {
    Fault fault = FaultOf(opened.files[found->item], found->error);
    opened.Bury(sources_.run, sources_.inputs, found->item, std::move(fault));
  }
  if (opened.files.empty()) return BuiltModels();
  return Build(Materialise::kAll, opened.files);
}

}  // namespace tarn::transform

// Carries out one run of a transform over all objects that its inputs match, with the real store and the real Runner, and
// prints its timings as JSON.
//
//   bench_transform HOME PIPELINES TRANSFORM MEMORY_BYTES THREADS [FOLDER PREFIX]
//
// HOME/lake is the object store. The files of FOLDER become objects of the bucket raw first, at PREFIX, which is not counted.

#include <sys/resource.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "common/object_store/local_object_store.h"
#include "common/sqlite/database.h"
#include "services/transform/runs/runner.h"
#include "services/transform/schema.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) {
    std::cerr << result.error().message() << " (" << result.error().where() << ")\n";
    std::exit(1);
  }
  return std::move(result).value();
}

void Must(const Status& status) {
  if (status.ok()) return;
  std::cerr << status.error().message() << "\n";
  std::exit(1);
}

std::vector<RunInput> AllInputs(object_store::ObjectStore& store, const Definition& definition) {
  std::vector<RunInput> inputs;
  for (const Input& input : definition.inputs) {
    object_store::ListRequest request;
    request.bucket = input.bucket;
    request.prefix = input.prefix;
    while (true) {
      const auto page = Must(store.List(request));
      for (const auto& object : page.objects) {
        if (definition.InputOf(object.bucket, object.key) == nullptr) continue;
        RunInput found;
        found.bucket = object.bucket;
        found.key = object.key;
        found.version = object.version;
        found.size_bytes = object.size_bytes;
        found.last_modified = object.last_modified;
        inputs.push_back(std::move(found));
      }
      if (!page.truncated) break;
      request.after = page.next_after;
    }
  }
  return inputs;
}

int Main(int argc, char** argv) {
  if (argc != 6 && argc != 8) return 2;
  const std::filesystem::path home = argv[1];
  std::filesystem::create_directories(home / "state");
  const auto store = Must(object_store::OpenLocalStore({home / "lake", "transform"}));
  Must(store->EnsureBucket("raw"));
  Must(store->EnsureBucket("transformed"));
  if (argc == 8) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[6])) {
      std::vector<object_store::Change> changes;
      changes.push_back({"raw", argv[7] + entry.path().filename().string(), Must(store->StageFile(entry.path())), {}});
      (void)Must(store->Commit(std::move(changes), object_store::CommitOptions()));
    }
  }
  const auto database = Must(sqlite::Database::Open(home / "state" / "transform.db"));
  Must(database->Migrate(Migrations()));
  const auto sql_check = Must(SqlCheck::Open());
  DefinitionStore definitions(argv[2], *sql_check);
  Must(definitions.Reload());
  DeadLetterStore dead_letters(*database);
  RunnerOptions options;
  options.engine.memory_bytes = std::stoull(argv[4]);
  options.engine.threads = std::stoll(argv[5]);
  Runner runner(*store, dead_letters, options);

  for (const auto& definition : definitions.Runnable()) {
    if (definition->name != argv[3]) continue;
    Run run;
    run.id = "bench" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
    run.transform = definition->name;
    run.created_at = Now();
    const auto inputs = AllInputs(*store, *definition);
    const auto begin = std::chrono::steady_clock::now();
    const RunReport report = Must(runner.Execute(run, inputs, *definition, {}));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    nlohmann::json result = {{"seconds", seconds.count()},
                             {"peak_mb", used.ru_maxrss / 1024},
                             {"objects", inputs.size()},
                             {"state", RunStateName(report.state)},
                             {"timings_ms", report.timings_ms}};
    for (const ModelReport& model : report.models)
      result["models"][model.name] = {{"materialised", model.materialised}, {"ms", model.duration_ms}};
    for (const RunOutput& output : report.outputs) result["rows"][output.table] = output.rows;
    if (report.error) result["error"] = report.error->message();
    std::cout << result.dump() << "\n";
    return report.state == RunState::kSucceeded ? 0 : 1;
  }
  std::cerr << "there is no transform " << argv[3] << " that loads\n";
  return 1;
}

}  // namespace
}  // namespace tarn::transform

int main(int argc, char** argv) { return tarn::transform::Main(argc, argv); }

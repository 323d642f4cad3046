#include "tests/unit/services/extract/lab.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>
#include <thread>

#include "common/object_store/local_object_store.h"

namespace tarn::extract {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message() + " " + result.error().where());
  return *std::move(result);
}

void Must(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error().message() + " " + status.error().where());
}

}  // namespace

RunnerOptions Lab::QuickRetries() {
  RunnerOptions options;
  options.retry.max_attempts = 4;
  options.retry.initial_backoff = std::chrono::milliseconds(1);
  options.retry.max_backoff = std::chrono::milliseconds(5);
  options.retry.max_retry_after = std::chrono::milliseconds(2'000);
  options.failure_pause = std::chrono::milliseconds(0);
  return options;
}

Lab::Lab(RunnerOptions runner_options) : options(runner_options), sources(home / "pipelines") {
  std::filesystem::create_directories(home / "pipelines");
  Open();
}

void Lab::Open() {
  database = Must(sqlite::Database::Open(home / "extract.db"));
  Must(database->Migrate({RunStore::kMigration, RunStore::kSecondMigration}));
  objects = Must(object_store::OpenLocalStore({home / "lake", "extract"}));
  runs = std::make_unique<RunStore>(*database);
  options.scratch = home / "scratch";
  runner = std::make_unique<Runner>(options, sources, *runs, *objects, http, governors, metrics);
  Must(runner->Begin());
}

void Lab::Restart() {
  runner.reset();
  runs.reset();
  objects.reset();
  database.reset();
  Open();
}

void Lab::WriteSource(const std::string& name, const std::string& yaml) {
  std::filesystem::create_directories(home / "pipelines" / name);
  std::ofstream(home / "pipelines" / name / "source.yaml") << yaml;
  sources.Reload();
}

void Lab::WriteSpotifySource(const spotify_stand_in::StandIn& stand_in, const std::string& more,
                             const std::string& name) {
  WriteSource(
      name,
      "connector: spotify\noptions:\n  base_url: " + stand_in.api_url() +
          "\n  token_url: " + stand_in.token_url() + "\n  client_id: stand-in\n  client_secret: stand-in\n" +
          (more.find("playlists:") == std::string::npos ? "  playlists: [" + kTopSongs + "]\n" : "") + more);
}

Run Lab::RunToEnd(const nlohmann::json& overrides, const std::string& source) {
  return AwaitEnd(Must(runner->Start(source, "request", overrides)).id);
}

Run Lab::RunSource(const std::string& source) { return RunToEnd(nlohmann::json::object(), source); }

Run Lab::Await(const std::string& id, const std::function<bool(const Run&)>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (;;) {
    Run run = Must(runs->Get(id));
    if (condition(run)) return run;
    if (IsFinal(run.state) || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("the run did not get there: it is " + ToJson(run).dump());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Run Lab::AwaitEnd(const std::string& id) {
  return Await(id, [](const Run& run) { return IsFinal(run.state); });
}

std::map<std::string, std::string> Lab::RawObjects() const {
  static const std::regex run_part("run=[^/]*/");
  std::map<std::string, std::string> contents;
  const auto page =
      objects->List({.bucket = "raw", .prefix = "", .delimiter = "", .after = "", .limit = 1000});
  if (!page.ok()) return contents;
  for (const auto& object : page->objects) {
    contents[std::regex_replace(object.key, run_part, "")] = Must(objects->GetAll("raw", object.key));
  }
  return contents;
}

std::unique_ptr<spotify_stand_in::StandIn> StartStandIn(spotify_stand_in::Options options) {
  options.data = TARN_STAND_IN_DATA;
  return Must(spotify_stand_in::StandIn::Start(options));
}

}  // namespace tarn::extract

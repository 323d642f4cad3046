#include "tests/unit/services/extract/sources/files/run_lab.h"

#include <fstream>
#include <thread>

#include "services/extract/sources/files/connector.h"

namespace tarn::extract::files {
namespace {

/// Dies when it is told to, over the pages of a ConnectorLab.
class MortalConnector : public Connector {
 public:
  MortalConnector(Connector& connector, std::optional<int64_t> dies_after)
      : connector_(connector), dies_after_(dies_after) {}

  Result<RunOutcome> Run(RunContext& context) override {
    auto& pages = static_cast<MemoryPages&>(context.pages);
    pages.Revive();
    if (dies_after_) pages.DieAfter(*dies_after_);
    return connector_.Run(context);
  }

 private:
  Connector& connector_;
  const std::optional<int64_t> dies_after_;
};

/// Whether some file under way in a scratch directory has that size.
bool HasPart(const std::filesystem::path& home, uint64_t bytes) {
  std::error_code moving;
  for (const auto& run : std::filesystem::directory_iterator(home, moving)) {
    for (const auto& entry : std::filesystem::directory_iterator(run, moving)) {
      if (entry.path().extension() == ".part" && entry.file_size(moving) == bytes) return true;
    }
  }
  return false;
}

std::string NameIn(const std::string& key) { return key.substr(key.find('/') + 1); }

}  // namespace

RunLab::RunLab() { lab.created_at = Now() + std::chrono::hours(1); }

RunLab::Ended RunLab::Run(const nlohmann::json& options) { return Execute(options, false); }

RunLab::Ended RunLab::Resume(const nlohmann::json& options) { return Execute(options, true); }

RunLab::Ended RunLab::Execute(const nlohmann::json& options, bool resumed) {
  auto connector = Type().make(options);
  if (!connector.ok()) return {.outcome = connector.error()};
  MortalConnector mortal(**connector, dies_after);
  auto outcome = resumed ? lab.Resume(mortal) : lab.Run(mortal);
  Ended ended{.outcome = std::move(outcome)};
  const auto pages = lab.pages->pages();
  for (const auto& [key, page] : pages) ended.files[NameIn(key)] = page.content;
  for (const std::string& key : lab.pages->written()) {
    const auto page = pages.find(key);
    if (page == pages.end()) {
      ended.finished = true;
    } else {
      ended.facts[NameIn(key)] = page->second.facts;
    }
  }
  return ended;
}

RunLab::Ended RunLab::RunUntilReceived(const nlohmann::json& options, uint64_t bytes) {
  Ended ended{.outcome = RunOutcome()};
  {
    const std::jthread canceller([&](const std::stop_token& over) {
      while (!over.stop_requested() && !HasPart(lab.home.path(), bytes)) std::this_thread::yield();
      lab.cancel.request_stop();
    });
    ended = Run(options);
  }
  lab.cancel = std::stop_source();
  return ended;
}

void RunLab::ResetCursor() {
  lab.state.StageCursor("");
  lab.state.CommitCursor();
}

void WriteFile(const std::filesystem::path& file, const std::string& content) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

std::string AllTexts(const RunLab& lab, const RunLab::Ended& run) {
  std::string texts = lab.lab.state.cursor();
  const auto add = [&](const Error& error) { texts += "\n" + error.message() + " " + error.where(); };
  if (!run.outcome.ok()) add(run.outcome.error());
  if (run.outcome.ok()) {
    for (const Error& problem : run.outcome->problems) add(problem);
  }
  for (const auto& [name, facts] : run.facts)
    texts += "\n" + name + " " + facts.request + " " + facts.first_record;
  return texts;
}

}  // namespace tarn::extract::files

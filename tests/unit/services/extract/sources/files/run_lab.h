#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/support/connector_context.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract::files {

/// A ConnectorLab for one source of the connector `files`.
class RunLab {
 public:
  RunLab();

  struct Ended {
    Result<RunOutcome> outcome;
    std::map<std::string, std::string> files{};  ///< all that the run stored, by name
    std::map<std::string, PageFacts> facts{};    ///< of those that this part of the run put
    bool finished = false;                       ///< its manifest was written
  };
  /// A new run. The cursor moves if it succeeds.
  Ended Run(const nlohmann::json& options);
  /// Goes on with the run before, as after the death of the process.
  Ended Resume(const nlohmann::json& options);

  /// A new run that is broken off when a file has so many bytes.
  Ended RunUntilReceived(const nlohmann::json& options, uint64_t bytes);

  int64_t Count(const std::string& name) const { return lab.progress->count(name); }
  void ResetCursor();

  ConnectorLab lab;
  TempDirectory home;
  std::optional<int64_t> dies_after{};  ///< of the next run: so many pages

 private:
  Ended Execute(const nlohmann::json& options, bool resumed);
};

/// Writes a file and the directories above it.
void WriteFile(const std::filesystem::path& file, const std::string& content);

/// Every text that anybody may see of a run: its error, its problems, names and requests of pages, the
/// cursor.
std::string AllTexts(const RunLab& lab, const RunLab::Ended& run);

}  // namespace tarn::extract::files

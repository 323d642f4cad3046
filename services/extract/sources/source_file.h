#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/schedule/schedule.h"
#include "common/secrets/lookup.h"
#include "services/extract/sources/client/source_governor.h"

namespace tarn::extract {

/// How pages are stored. Files that a source has as files stay as they are.
enum class Compression { kNone, kGzip };

/// What a source.yaml says.
struct SourceFile {
  std::string connector;
  nlohmann::json options = nlohmann::json::object();   ///< as written: ${NAME} not yet replaced
  nlohmann::json document = nlohmann::json::object();  ///< all of it but the schedule
  SourceLimits limits;
  Compression compression = Compression::kNone;
  std::optional<schedule::Schedule> schedule;
};

/// Parses a source.yaml: `connector:`, `options:` (an object), `limits:` (see SourceLimits), `compression:`
/// (none or gzip), `schedule:` (see Schedule). Errors: kInvalidArgument with where() = "line 3" for broken
/// YAML, else a JSON pointer to the fault.
Result<SourceFile> ParseSourceFile(const std::string& text);

/// The same for a definition that is JSON already. `schedule:` may be there.
Result<SourceFile> ReadSourceDefinition(const nlohmann::json& document);

/// Replaces ${NAME} and ${NAME:-default} in every string of `options`. Plain scalars that such a text turns
/// into get no other type: all options that may come from the environment must accept text. Errors:
/// kInvalidArgument naming the variable, with the JSON pointer of the option.
Result<nlohmann::json> ExpandOptions(const nlohmann::json& options);
/// Adds to `taken` what was put in.
Result<nlohmann::json> ExpandOptions(const nlohmann::json& options, std::vector<secrets::Secret>& taken);

}  // namespace tarn::extract

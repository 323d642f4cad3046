#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "common/result/result.h"

namespace tarn::extract {

/// What a source.yaml says.
struct SourceFile {
  std::string connector;
  nlohmann::json options = nlohmann::json::object();  ///< as written: ${NAME} not yet replaced
  std::optional<std::chrono::milliseconds> every;     ///< `schedule: {every: 1h}`
};

/// Parses a source.yaml: `connector:`, `options:` (an object), `schedule:` with `every:` (a duration of one
/// second or more). Errors: kInvalidArgument with where() = "line 3" for broken YAML, else a JSON pointer to
/// the fault.
Result<SourceFile> ParseSourceFile(const std::string& text);

/// Replaces ${NAME} and ${NAME:-default} in every string of `options`. Plain scalars that such a text turns
/// into get no other type: all options that may come from the environment must accept text. Errors:
/// kInvalidArgument naming the variable, with the JSON pointer of the option.
Result<nlohmann::json> ExpandOptions(const nlohmann::json& options);

}  // namespace tarn::extract

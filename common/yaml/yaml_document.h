#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/result/result.h"

namespace tarn::yaml {

/// The line (from 1) in which each value begins, by its JSON pointer.
using Lines = std::map<std::string, int>;

/// Parses YAML to the JSON it stands for: mappings, sequences, null, booleans, integers and text. Bounded in
/// depth and number of values, so that aliases cannot blow it up. `lines` may be null. Errors:
/// kInvalidArgument with the line or the JSON pointer, kTooLarge.
Result<nlohmann::json> ParseYaml(const std::string& text, Lines* lines = nullptr);

/// Returns `error`, which stands at a JSON pointer, with where() = "line 12, /targets/0/prefix": the line of
/// the value, or, if it is missing, of what should hold it.
Error AtLine(const Error& error, const Lines& lines);

}  // namespace tarn::yaml

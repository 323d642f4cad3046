#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/result/result.h"

namespace tarn::extract {

/// Parses YAML to the JSON it stands for: mappings, sequences, null, booleans, integers and text. Bounded in
/// depth and number of values, so that aliases cannot blow it up. Errors: kInvalidArgument with the line or
/// the JSON pointer, kTooLarge.
Result<nlohmann::json> ParseYaml(const std::string& text);

}  // namespace tarn::extract

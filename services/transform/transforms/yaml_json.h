#pragma once

#include <yaml-cpp/yaml.h>

#include <nlohmann/json_fwd.hpp>

#include "common/result/result.h"

namespace tarn::transform {

/// Turns a YAML value into JSON by YAML's core schema: null, booleans, numbers, text; what is quoted is text.
/// Errors: kInvalidArgument with where() = "line <n>" for a key that is no text or stands twice, and for more
/// than 64 levels or 20,000 values, which aliases can make of a short text.
Result<nlohmann::json> YamlToJson(const YAML::Node& node);

}  // namespace tarn::transform

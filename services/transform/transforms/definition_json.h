#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// What a SELECT reads, each once, sorted: "input" or "input songs", "table spotify.songs", and models by
/// their names.
std::vector<std::string> DependenciesOf(const Template& sql);

/// A definition as GET /v1/transforms/{name} shows it, with all defaults.
nlohmann::json DefinitionToJson(const Definition& definition);

}  // namespace tarn::transform

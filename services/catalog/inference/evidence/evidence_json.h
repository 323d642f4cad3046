#pragma once

#include <nlohmann/json_fwd.hpp>

#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

/// As docs/inference.md shows it. Scores and confidences have three decimals.
nlohmann::json EvidenceToJson(const Evidence& evidence);

}  // namespace tarn::inference

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "services/transform/runs/run.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// How data flows through a transform: {"nodes": [{"id", "kind", "name"}], "edges": [{"from", "to"}]} with
/// the kinds input, table, model and output.
nlohmann::json GraphJson(const Definition& definition);

/// The same as a flowchart in the language of Mermaid.
std::string GraphMermaid(const Definition& definition);

/// The models of a run as a part of it: [{"name", "depends_on", "rows", "bytes", "duration_ms", "hash"}].
nlohmann::json RunModelsJson(const RunReport& report);

}  // namespace tarn::transform

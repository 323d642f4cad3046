#include "services/transform/runs/compaction_turns.h"

namespace tarn::transform {

std::optional<std::shared_ptr<const Definition>> CompactionTurns::Next(
    const std::vector<std::shared_ptr<const Definition>>& definitions, const std::set<std::string>& busy,
    bool overdue_only) {
  for (const auto& definition : definitions) {
    if (busy.contains(definition->name)) continue;
    const int64_t runs = runs_.try_emplace(definition->name, 1).first->second;
    if (runs >= (overdue_only ? kOverdue : 1)) return definition;
  }
  return std::nullopt;
}

}  // namespace tarn::transform

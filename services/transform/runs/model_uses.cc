#include "services/transform/runs/model_uses.h"

#include "services/transform/runs/output_writer.h"

namespace tarn::transform {
namespace {

// Rules of an output read its new rows, unless all of them wait for the outcome of a merge.
bool RulesReadNewRows(const Output& output) {
  for (const QualityRules& rules : output.quality) {
    const bool of_merged = output.mode == Mode::kMerge && rules.scope == RuleScope::kPublished &&
                           rules.severity != Severity::kQuarantine;
    if (!of_merged) return true;
  }
  return false;
}

// What rules of one output read of models and other outputs, which they may name anywhere in their text.
void AddWhatRulesName(const Definition& definition, const Output& judged, std::map<std::string, int>& uses) {
  for (const QualityRules& rules : judged.quality) {
    const auto names = [&rules](const std::string& name) {
      return rules.text.find(name) != std::string::npos;
    };
    for (const Model& model : definition.models) {
      if (definition.FindOutput(model.name) == nullptr && names(model.name)) uses[model.name] += 2;
    }
    for (const Output& output : definition.outputs) {
      if (&output != &judged && output.mode != Mode::kMerge && names(output.table)) uses[output.model] += 2;
    }
  }
}

}  // namespace

std::map<std::string, int> CountModelUses(const Definition& definition) {
  std::map<std::string, int> uses;
  const auto add_marks = [&uses](const Template& sql) {
    for (const std::string& model : sql.Arguments(TemplateMark::Kind::kRef)) ++uses[model];
  };
  for (const Model& model : definition.models) add_marks(model.sql);
  for (const Count& count : definition.counts) add_marks(count.sql);
  for (const Output& output : definition.outputs) {
    // A merge by partitions looks which ones there are, first.
    uses[output.model] += RulesReadNewRows(output) || MergesByPartition(output) ? 2 : 1;
    AddWhatRulesName(definition, output, uses);
  }
  return uses;
}

}  // namespace tarn::transform

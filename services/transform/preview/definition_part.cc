#include "services/transform/preview/definition_part.h"

namespace tarn::transform {

Definition PartOf(const Definition& definition, std::set<std::string> models,
                  const std::set<std::string>& outputs) {
  Definition part = definition;
  part.counts.clear();
  part.tests.clear();
  std::erase_if(part.outputs, [&](const Output& output) { return !outputs.contains(output.TableName()); });
  for (const Output& output : part.outputs) models.insert(output.model);
  // Each model stands after those it refers to.
  for (auto model = part.models.rbegin(); model != part.models.rend(); ++model) {
    if (!models.contains(model->name)) continue;
    for (const std::string& name : model->sql.Arguments(TemplateMark::Kind::kRef)) models.insert(name);
  }
  std::erase_if(part.models, [&](const Model& model) { return !models.contains(model.name); });
  std::set<std::string> inputs;
  for (const Model& model : part.models) {
    for (const std::string& name : model.sql.Arguments(TemplateMark::Kind::kInput)) inputs.insert(name);
  }
  std::erase_if(part.inputs, [&](const Input& input) { return !inputs.contains(input.name); });
  return part;
}

std::vector<OutputFiles> NoFiles(const Definition& definition) {
  const OutputFiles none{"", [](const auto&) { return std::vector<std::filesystem::path>(); }, false};
  return std::vector<OutputFiles>(definition.outputs.size(), none);
}

}  // namespace tarn::transform

#include "services/transform/transforms/definition.h"

#include <algorithm>
#include <set>

namespace tarn::transform {

bool Definition::appends() const {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const Output& output) { return output.mode == Mode::kAppend; });
}

const Input* Definition::InputOf(std::string_view bucket, std::string_view key) const {
  const auto found = std::find_if(inputs.begin(), inputs.end(),
                                  [&](const Input& input) { return input.Matches(bucket, key); });
  return found == inputs.end() ? nullptr : &*found;
}

const Input* Definition::FindInput(std::string_view name) const {
  if (name.empty()) return inputs.size() == 1 ? &inputs.front() : nullptr;
  const auto found =
      std::find_if(inputs.begin(), inputs.end(), [&](const Input& input) { return name == input.name; });
  return found == inputs.end() ? nullptr : &*found;
}

const Output* Definition::FindOutput(std::string_view name) const {
  const auto found = std::find_if(outputs.begin(), outputs.end(), [&](const Output& output) {
    return name == output.table || name == output.TableName();
  });
  return found == outputs.end() ? nullptr : &*found;
}

const Model* Definition::FindModel(std::string_view name) const {
  const auto found =
      std::find_if(models.begin(), models.end(), [&](const Model& model) { return name == model.name; });
  return found == models.end() ? nullptr : &*found;
}

bool Definition::Publishes(std::string_view table) const {
  return std::any_of(outputs.begin(), outputs.end(), [&](const Output& output) {
    const std::string quarantine = output.QuarantineName();
    return table == output.TableName() ||
           (!quarantine.empty() && table == output.database + "." + quarantine);
  });
}

std::vector<std::string> Definition::ReadTables() const {
  std::set<std::string> tables;
  const auto add = [&](const Template& sql) {
    for (std::string& name : sql.Arguments(TemplateMark::Kind::kTable)) tables.insert(std::move(name));
  };
  for (const Model& model : models) add(model.sql);
  for (const Count& count : counts) add(count.sql);
  return {tables.begin(), tables.end()};
}

}  // namespace tarn::transform

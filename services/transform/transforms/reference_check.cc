#include "services/transform/transforms/reference_check.h"

#include <algorithm>
#include <set>

#include "services/transform/transforms/definition_yaml.h"
#include "services/transform/transforms/near_name.h"
#include "services/transform/transforms/render.h"

namespace tarn::transform {
namespace {

using Kind = TemplateMark::Kind;

constexpr size_t kMaxReadTables = 100;

Error Invalid(const std::string& place, std::string message) {
  return Error(Code::kInvalidArgument, std::move(message)).At(place);
}

std::string InYaml(const std::string& place) { return "transform.yaml: " + place; }

template <class Items, class NameOf>
std::vector<std::string> NamesOf(const Items& items, NameOf name_of) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(name_of(item));
  return names;
}

std::vector<std::string> ModelNames(const Definition& definition) {
  return NamesOf(definition.models, [](const Model& model) { return model.name; });
}

std::vector<std::string> InputNames(const Definition& definition) {
  return NamesOf(definition.inputs, [](const Input& input) { return input.name; });
}

// Every SELECT of the definition and where it stands.
struct Select {
  const Template* sql;
  std::string place;
};

std::vector<Select> SelectsOf(const Definition& definition) {
  std::vector<Select> selects;
  for (const Model& model : definition.models) selects.push_back({&model.sql, model.file});
  for (const Count& count : definition.counts)
    selects.push_back({&count.sql, InYaml("counts." + count.name)});
  return selects;
}

bool IsTableName(const std::string& name) {
  const size_t dot = name.find('.');
  return dot != std::string::npos && IsDefinitionName(name.substr(0, dot)) &&
         IsDefinitionName(name.substr(dot + 1));
}

std::string NoInput(const Definition& definition, const std::string& name) {
  if (!name.empty())
    return "input('" + name + "') is not among the inputs of transform.yaml" +
           DidYouMean(name, InputNames(definition));
  if (definition.inputs.empty()) return "{{ input }}: transform.yaml has no input";
  return "{{ input }}: transform.yaml has " + std::to_string(definition.inputs.size()) +
         " inputs; write {{ input('" + definition.inputs.front().name + "') }}, for example";
}

// What is wrong with a mark; empty if nothing is.
std::string FaultOf(const Definition& definition, const TemplateMark& mark) {
  const std::string& name = mark.argument;
  switch (mark.kind) {
    case Kind::kInput:
      return definition.FindInput(name) != nullptr ? "" : NoInput(definition, name);
    case Kind::kRef:
      if (definition.FindModel(name) != nullptr) return "";
      return "ref('" + name + "') finds no model" + DidYouMean(name, ModelNames(definition));
    case Kind::kTable:
      if (definition.Publishes(name)) {
        return "table('" + name + "'): the transform publishes " + name +
               " itself, so it would wait for its own first run";
      }
      if (IsTableName(name)) return "";
      return "table('" + name + "'): expected \"<database>.<table>\"; " + kNameRule;
    case Kind::kParam:
      if (definition.parameters.contains(name)) return "";
      return "param('" + name + "') is not among the params of transform.yaml" +
             DidYouMean(name, NamesOf(definition.parameters, [](const auto& entry) { return entry.first; }));
    case Kind::kRun:
      return IsRunFact(name) ? "" : "run('" + name + "'): the facts of a run are " + kRunFacts;
  }
  return "";
}

Status CheckMarks(const Definition& definition) {
  for (const Select& select : SelectsOf(definition)) {
    for (const TemplateMark& mark : select.sql->Marks()) {
      std::string fault = FaultOf(definition, mark);
      if (fault.empty()) continue;
      const bool in_file = !select.place.starts_with("transform.yaml");
      return Invalid(select.place + (in_file ? ": line " + std::to_string(mark.line) : ""), std::move(fault));
    }
  }
  return Ok();
}

Status CheckOutputModels(const Definition& definition) {
  for (size_t i = 0; i < definition.outputs.size(); ++i) {
    const std::string& model = definition.outputs[i].model;
    if (definition.FindModel(model) != nullptr) continue;
    return Invalid(InYaml("outputs[" + std::to_string(i) + "].model"),
                   "there is no models/" + model + ".sql" + DidYouMean(model, ModelNames(definition)));
  }
  return Ok();
}

Status CheckTest(const Definition& definition, const ModelTest& test, const std::string& place,
                 const std::vector<std::string>& tables) {
  for (const TestRows& given : test.inputs) {
    if (definition.FindInput(given.name) != nullptr) continue;
    const std::string key = given.name.empty() ? ".given.input" : ".given.inputs." + given.name;
    return Invalid(place + key, given.name.empty()
                                    ? "the transform has not one input; write inputs: {name: [rows]}"
                                    : "the transform has no input " + given.name +
                                          DidYouMean(given.name, InputNames(definition)));
  }
  for (const TestRows& given : test.tables) {
    if (std::find(tables.begin(), tables.end(), given.name) != tables.end()) continue;
    return Invalid(place + ".given.tables." + given.name,
                   "no model reads {{ table('" + given.name + "') }}" + DidYouMean(given.name, tables));
  }
  std::vector<std::string> known = ModelNames(definition);
  for (const Output& output : definition.outputs) known.push_back(output.TableName());
  for (const TestRows& expected : test.expect) {
    if (definition.FindModel(expected.name) != nullptr || definition.FindOutput(expected.name) != nullptr)
      continue;
    return Invalid(place + ".expect." + expected.name, "the transform has no model and no output " +
                                                           expected.name + DidYouMean(expected.name, known));
  }
  return Ok();
}

Status CheckTests(const Definition& definition) {
  std::vector<std::string> tables;
  for (const Select& select : SelectsOf(definition)) {
    for (const std::string& name : select.sql->Arguments(Kind::kTable)) tables.push_back(name);
  }
  std::set<std::string> names;
  for (size_t i = 0; i < definition.tests.size(); ++i) {
    const ModelTest& test = definition.tests[i];
    const std::string place = InYaml("tests[" + std::to_string(i) + "]");
    if (!names.insert(test.name).second)
      return Invalid(place + ".name", "there is another test of the name \"" + test.name + "\"");
    TARN_TRY(CheckTest(definition, test, place, tables));
  }
  return Ok();
}

}  // namespace

Status CheckReferences(const Definition& definition) {
  TARN_TRY(CheckMarks(definition));
  if (definition.ReadTables().size() > kMaxReadTables)
    return Invalid("transform.yaml", "models read more than " + std::to_string(kMaxReadTables) + " tables");
  TARN_TRY(CheckOutputModels(definition));
  return CheckTests(definition);
}

Status CheckInputsAreRead(const Definition& definition) {
  std::set<const Input*> read;
  for (const Select& select : SelectsOf(definition)) {
    for (const std::string& name : select.sql->Arguments(Kind::kInput))
      read.insert(definition.FindInput(name));
  }
  for (size_t i = 0; i < definition.inputs.size(); ++i) {
    const Input& input = definition.inputs[i];
    if (read.contains(&input)) continue;
    const std::string mark = input.name.empty() ? "{{ input }}" : "{{ input('" + input.name + "') }}";
    return Invalid(InYaml(input.name.empty() ? "input" : "inputs[" + std::to_string(i) + "]"),
                   "no model reads this input; write " + mark + " in one, or leave the input out");
  }
  return Ok();
}

}  // namespace tarn::transform

#include "services/transform/transforms/definition_parser.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/pipelines/pipelines.h"
#include "services/transform/transforms/definition_yaml.h"
#include "services/transform/transforms/model_graph.h"
#include "services/transform/transforms/quality_check.h"
#include "services/transform/transforms/render.h"

namespace tarn::transform {
namespace {

constexpr const char* kFile = "transform.yaml";

Error InFile(const std::string& file, const Error& error) {
  return Error(Code::kInvalidArgument, error.message())
      .At(error.where().empty() ? file : file + ": " + error.where());
}

std::string Sha256(std::string_view text) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, text));
}

Result<std::vector<Model>> ReadModels(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder / "models", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    if (entry->path().extension() == ".sql") files.push_back(entry->path());
  }
  if (files.empty()) return Error(Code::kInvalidArgument, "there is no models/*.sql").At(kFile);
  std::sort(files.begin(), files.end());
  std::vector<Model> models;
  for (const auto& path : files) {
    Model model{path.stem().string(), "models/" + path.filename().string(), {}, ""};
    if (!IsDefinitionName(model.name)) return Error(Code::kInvalidArgument, kNameRule).At(model.file);
    TARN_ASSIGN(const std::string text, pipelines::ReadPipelineFile(path));
    auto sql = Template::Parse(text);
    if (!sql.ok()) return InFile(model.file, sql.error());
    model.sql = *std::move(sql);
    model.hash = Sha256(text);
    models.push_back(std::move(model));
  }
  return models;
}

// The lengths keep texts apart that would read the same in one row.
std::string HashOf(const std::string& yaml, const std::vector<Model>& models) {
  std::string all = std::to_string(yaml.size()) + ":" + yaml;
  std::map<std::string, std::string> hashes;
  for (const Model& model : models) hashes[model.name] = model.hash;
  for (const auto& [name, hash] : hashes) all += "\n" + name + " " + hash;
  return Sha256(all);
}

Status CheckMark(const Definition& definition, const TemplateMark& mark) {
  const std::string& name = mark.argument;
  switch (mark.kind) {
    case TemplateMark::Kind::kInput:
      if (definition.FindInput(name) != nullptr) return Ok();
      return Error(Code::kInvalidArgument,
                   name.empty() ? "there is not one input but " + std::to_string(definition.inputs.size()) +
                                      "; write {{ input('name') }}"
                                : "input('" + name + "') is not among the inputs of transform.yaml");
    case TemplateMark::Kind::kRef:
      return Ok();
    case TemplateMark::Kind::kTable: {
      const size_t dot = name.find('.');
      if (dot != std::string::npos && IsDefinitionName(name.substr(0, dot)) &&
          IsDefinitionName(name.substr(dot + 1)))
        return Ok();
      return Error(Code::kInvalidArgument,
                   "table('" + name + "'): expected \"<database>.<table>\"; " + kNameRule);
    }
    case TemplateMark::Kind::kParam:
      if (definition.parameters.contains(name)) return Ok();
      return Error(Code::kInvalidArgument, "param('" + name + "') is not among the params of transform.yaml");
    case TemplateMark::Kind::kRun:
      if (IsRunFact(name)) return Ok();
      return Error(Code::kInvalidArgument, "run('" + name + "'): the facts of a run are " + kRunFacts);
  }
  return Ok();
}

Status CheckSql(const Definition& definition, SqlCheck& sql_check, const Template& sql,
                const std::string& place) {
  for (const TemplateMark& mark : sql.Marks()) {
    if (const Status known = CheckMark(definition, mark); !known.ok()) return InFile(place, known.error());
  }
  const auto checked = sql_check.IsOneSelect(RenderSql(definition, sql, {}));
  if (!checked.ok()) return InFile(place, checked.error());
  return Ok();
}

Status CheckReferences(const Definition& definition) {
  std::set<std::string> models, tables;
  for (const Model& model : definition.models) models.insert(model.name);
  for (size_t i = 0; i < definition.outputs.size(); ++i) {
    const Output& output = definition.outputs[i];
    const std::string place = std::string(kFile) + ": outputs[" + std::to_string(i) + "]";
    if (!models.contains(output.model)) {
      return Error(Code::kInvalidArgument, "there is no models/" + output.model + ".sql")
          .At(place + ".model");
    }
    if (!tables.insert(output.TableName()).second) {
      return Error(Code::kInvalidArgument, "the table " + output.TableName() + " has two outputs")
          .At(place + ".table");
    }
  }
  for (const Count& count : definition.counts) {
    for (const std::string& name : count.sql.Arguments(TemplateMark::Kind::kRef)) {
      if (models.contains(name)) continue;
      return Error(Code::kInvalidArgument, "ref('" + name + "') finds no model")
          .At(std::string(kFile) + ": counts." + count.name);
    }
  }
  return Ok();
}

}  // namespace

Result<Definition> LoadDefinition(const std::filesystem::path& folder, SqlCheck& sql_check) {
  TARN_ASSIGN(const std::string text, pipelines::ReadPipelineFile(folder / kFile));
  auto expanded = pipelines::ExpandEnvironment(text);
  if (!expanded.ok()) return InFile(kFile, expanded.error());
  auto read = ReadDefinitionYaml(*expanded, folder.filename().string());
  if (!read.ok()) return InFile(kFile, read.error());
  Definition definition = *std::move(read);
  TARN_ASSIGN(auto models, ReadModels(folder));
  definition.yaml = text;
  definition.hash = HashOf(text, models);
  definition.models = std::move(models);
  TARN_TRY(CheckDefinition(definition, sql_check));
  return definition;
}

Status CheckDefinition(Definition& definition, SqlCheck& sql_check) {
  TARN_ASSIGN(definition.models, InDependencyOrder(std::move(definition.models)));
  TARN_TRY(CheckReferences(definition));
  for (const Model& model : definition.models)
    TARN_TRY(CheckSql(definition, sql_check, model.sql, model.file));
  for (const Count& count : definition.counts) {
    TARN_TRY(CheckSql(definition, sql_check, count.sql, std::string(kFile) + ": counts." + count.name));
  }
  if (const Status checked = CheckQuality(definition, sql_check); !checked.ok())
    return InFile(kFile, checked.error());
  return Ok();
}

}  // namespace tarn::transform

#include "services/transform/transforms/definition_parser.h"

#include <algorithm>
#include <set>

#include "common/duckdb/engine.h"
#include "common/pipelines/pipelines.h"
#include "services/transform/transforms/definition_yaml.h"
#include "services/transform/transforms/model_graph.h"
#include "services/transform/transforms/quality_check.h"

namespace tarn::transform {
namespace {

constexpr const char* kFile = "transform.yaml";

Error InFile(const std::string& file, const Error& error) {
  return Error(Code::kInvalidArgument, error.message())
      .At(error.where().empty() ? file : file + ": " + error.where());
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
    Model model{path.stem().string(), "models/" + path.filename().string(), {}};
    if (!IsDefinitionName(model.name)) return Error(Code::kInvalidArgument, kNameRule).At(model.file);
    TARN_ASSIGN(const std::string text, pipelines::ReadPipelineFile(path));
    auto sql = Template::Parse(text);
    if (!sql.ok()) return InFile(model.file, sql.error());
    model.sql = *std::move(sql);
    models.push_back(std::move(model));
  }
  return models;
}

// What `sql` looks like with something harmless in place of each mark.
Result<std::string> RenderForCheck(const Definition& definition, const Template& sql) {
  for (const std::string& name : sql.Arguments(TemplateMark::Kind::kParam)) {
    if (!definition.parameters.contains(name)) {
      return Error(Code::kInvalidArgument, "param('" + name + "') is not among the params of transform.yaml");
    }
  }
  return sql.Render([&](const TemplateMark& mark) {
    if (mark.kind == TemplateMark::Kind::kParam) return definition.parameters.at(mark.argument);
    return mark.kind == TemplateMark::Kind::kInput ? std::string("input")
                                                   : duckdb::QuoteIdentifier(mark.argument);
  });
}

Status CheckSql(const Definition& definition, SqlCheck& sql_check, const Template& sql,
                const std::string& place) {
  const auto rendered = RenderForCheck(definition, sql);
  if (!rendered.ok()) return InFile(place, rendered.error());
  const auto checked = sql_check.IsOneSelect(*rendered);
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
  TARN_ASSIGN(definition.models, InDependencyOrder(std::move(models)));
  TARN_TRY(CheckReferences(definition));
  for (const Model& model : definition.models)
    TARN_TRY(CheckSql(definition, sql_check, model.sql, model.file));
  for (const Count& count : definition.counts) {
    TARN_TRY(CheckSql(definition, sql_check, count.sql, std::string(kFile) + ": counts." + count.name));
  }
  if (const Status checked = CheckQuality(definition, sql_check); !checked.ok())
    return InFile(kFile, checked.error());
  return definition;
}

}  // namespace tarn::transform

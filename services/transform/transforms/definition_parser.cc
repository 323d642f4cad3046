#include "services/transform/transforms/definition_parser.h"

#include "common/pipelines/pipelines.h"
#include "services/transform/transforms/column_check.h"
#include "services/transform/transforms/definition_yaml.h"
#include "services/transform/transforms/loop_check.h"
#include "services/transform/transforms/model_files.h"
#include "services/transform/transforms/model_graph.h"
#include "services/transform/transforms/output_check.h"
#include "services/transform/transforms/quality_check.h"
#include "services/transform/transforms/reference_check.h"
#include "services/transform/transforms/relation_names.h"
#include "services/transform/transforms/render.h"

namespace tarn::transform {
namespace {

constexpr const char* kFile = "transform.yaml";

Error InFile(const std::string& file, const Error& error) {
  return Error(Code::kInvalidArgument, error.message())
      .At(error.where().empty() ? file : file + ": " + error.where());
}

Status InYaml(const Status& checked) {
  if (checked.ok()) return checked;
  return InFile(kFile, checked.error());
}

// The models in their order by name. The lengths keep texts apart that would read the same in one row.
std::string HashOf(const std::string& yaml, const std::vector<Model>& models) {
  std::string all = std::to_string(yaml.size()) + ":" + yaml;
  for (const Model& model : models) all += "\n" + model.name + " " + model.hash;
  return Sha256(all);
}

// A run has other facts, but of the same shape: what is checked is what runs.
const RunFacts kSampleFacts = {"01JZZZZZZZZZZZZZZZZZZZZZZZ", Timestamp(), "event"};

// What the marks of a SELECT let it read.
std::vector<std::string> RelationsOf(const Definition& definition, const Template& sql) {
  std::vector<std::string> relations;
  for (const TemplateMark& mark : sql.Marks()) {
    if (mark.kind == TemplateMark::Kind::kInput)
      relations.push_back(definition.FindInput(mark.argument)->Relation());
    if (mark.kind == TemplateMark::Kind::kRef) relations.push_back(ModelRelation(mark.argument));
    if (mark.kind == TemplateMark::Kind::kTable) relations.push_back(TableRelation(mark.argument));
  }
  return relations;
}

Status CheckSql(const Definition& definition, SqlCheck& sql_check, const Template& sql,
                const std::string& place) {
  const auto checked =
      sql_check.IsOneSelect(RenderSql(definition, sql, kSampleFacts), RelationsOf(definition, sql),
                            "a model reads {{ input }}, {{ ref('model') }} and {{ table('db.t') }}");
  if (checked.ok()) return Ok();
  // Only the line: the marks of the template make the columns of a line differ from the file's.
  const std::string& where = checked.error().where();
  return InFile(
      place, Error(Code::kInvalidArgument, checked.error().message()).At(where.substr(0, where.find(','))));
}

Status CheckAllSql(const Definition& definition, SqlCheck& sql_check) {
  for (const Model& model : definition.models)
    TARN_TRY(CheckSql(definition, sql_check, model.sql, model.file));
  for (const Count& count : definition.counts)
    TARN_TRY(CheckSql(definition, sql_check, count.sql, std::string(kFile) + ": counts." + count.name));
  return Ok();
}

Result<Definition> ReadYaml(const std::string& text, const std::string& folder_name) {
  const auto expanded = pipelines::ExpandEnvironment(text);
  if (!expanded.ok()) return InFile(kFile, expanded.error());
  auto read = ReadDefinitionYaml(*expanded, folder_name);
  if (!read.ok()) return InFile(kFile, read.error());
  return read;
}

}  // namespace

Result<Definition> LoadDefinition(const std::filesystem::path& folder, SqlCheck& sql_check) {
  const auto text = pipelines::ReadPipelineFile(folder / kFile);
  if (!text.ok()) return text.error().code() == Code::kNotFound ? text.error() : InFile(kFile, text.error());
  TARN_ASSIGN(Definition definition, ReadYaml(*text, folder.filename().string()));
  TARN_ASSIGN(definition.models, ReadModels(folder));
  definition.yaml = *text;
  definition.hash = HashOf(*text, definition.models);
  TARN_TRY(CheckDefinition(definition, sql_check));
  return definition;
}

Status CheckDefinition(Definition& definition, SqlCheck& sql_check) {
  TARN_TRY(CheckReferences(definition));
  TARN_ASSIGN(definition.models, InDependencyOrder(std::move(definition.models)));
  TARN_TRY(InYaml(CheckOutputs(definition)));
  TARN_TRY(InYaml(CheckOwnLoops(definition)));
  TARN_TRY(CheckAllSql(definition, sql_check));
  TARN_TRY(CheckInputsAreRead(definition));
  TARN_TRY(InYaml(CheckQuality(definition, sql_check)));
  // Last, when it is known that no SQL reaches for anything but the inputs.
  TARN_ASSIGN(const auto bound, BindModels(definition));
  return InYaml(CheckColumns(definition, bound));
}

}  // namespace tarn::transform

#include "services/transform/transforms/render.h"

#include "common/duckdb/engine.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

std::string FactLiteral(const RunFacts& facts, const std::string& name) {
  if (name == "id") return duckdb::QuoteLiteral(facts.id);
  if (name == "trigger") return duckdb::QuoteLiteral(facts.trigger);
  return "epoch_ms(" + std::to_string(ToUnixMillis(facts.started_at)) + ")";
}

}  // namespace

std::string RenderSql(const Definition& definition, const Template& sql, const RunFacts& facts) {
  return sql.Render([&](const TemplateMark& mark) -> std::string {
    switch (mark.kind) {
      case TemplateMark::Kind::kInput:
        return definition.FindInput(mark.argument)->Relation();
      case TemplateMark::Kind::kRef:
        return ModelRelation(mark.argument);
      case TemplateMark::Kind::kTable:
        return TableRelation(mark.argument);
      case TemplateMark::Kind::kParam:
        return definition.parameters.at(mark.argument);
      case TemplateMark::Kind::kRun:
        return FactLiteral(facts, mark.argument);
    }
    return "";
  });
}

bool IsRunFact(const std::string& name) { return name == "id" || name == "started_at" || name == "trigger"; }

}  // namespace tarn::transform

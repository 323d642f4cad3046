#include "services/transform/transforms/quality_check.h"

#include <algorithm>
#include <functional>
#include <set>

#include "services/transform/quality/dqdl/sql_text.h"

namespace tarn::transform {
namespace {

using dqdl::Check;
using dqdl::RuleType;

Status Invalid(const std::string& message) { return Error(Code::kInvalidArgument, message); }

// A condition stands where the rows of the table are at hand, and reads nothing else.
Status CheckCondition(SqlCheck& sql_check, const std::string& sql) {
  TARN_TRY(dqdl::CheckClosed(sql));
  return sql_check.IsOneSelect("SELECT 1 FROM tarn_row WHERE (" + sql + "\n)", {"tarn_row"},
                               "a condition only sees the columns of its row");
}

Status CheckPatterns(SqlCheck& sql_check, const Check& check) {
  if (check.type == RuleType::kColumnNamesMatchPattern) return sql_check.IsPattern(check.arguments[0]);
  if (!check.condition) return Ok();
  const dqdl::Comparison comparison = check.condition->comparison;
  if (comparison != dqdl::Comparison::kMatches && comparison != dqdl::Comparison::kNotMatches) return Ok();
  return sql_check.IsPattern(check.condition->operands[0].text);
}

bool IsTable(const Definition& definition, const std::string& name) {
  return definition.FindOutput(name) != nullptr || definition.FindModel(name) != nullptr;
}

// Every table that it may read is put before it as a WITH query, by the name that stands in it.
Status CheckCustomSql(const Definition& definition, SqlCheck& sql_check, const std::string& sql) {
  TARN_TRY(dqdl::CheckClosed(sql));
  std::vector<std::string> tables = {"\"primary\""};
  for (const std::string& name : dqdl::NamesIn(sql)) {
    if (IsTable(definition, name)) tables.push_back(duckdb::QuoteIdentifier(name));
  }
  return sql_check.IsOneSelect(dqdl::QuotePrimary(sql), tables,
                               "CustomSql reads primary, and outputs and models of the transform");
}

// The columns of the checked table that a rule is about.
std::vector<std::string> ColumnsOf(const Check& check) {
  switch (check.type) {
    case RuleType::kColumnExists:
    case RuleType::kColumnNamesMatchPattern:
    case RuleType::kSchemaMatch:
    case RuleType::kCustomSql:
      return {};
    case RuleType::kReferentialIntegrity:
      return dqdl::SplitNames(check.arguments[0]);
    default:
      return check.arguments;
  }
}

Status CheckColumns(const Output& output, const Check& check) {
  if (output.columns.empty()) return Ok();
  for (const std::string& column : ColumnsOf(check)) {
    if (std::find(output.columns.begin(), output.columns.end(), column) == output.columns.end())
      return Invalid("the output has no column " + column);
  }
  return Ok();
}

Status CheckTables(const Definition& definition, const Check& check) {
  std::string table;
  if (check.type == RuleType::kSchemaMatch) table = check.arguments[0];
  if (check.type == RuleType::kReferentialIntegrity) {
    const auto reference = dqdl::SplitReference(check.arguments[1]);
    table = reference.table;
    if (reference.columns.empty()) return Invalid("expected \"table.column\", got " + check.arguments[1]);
    if (reference.columns.size() != dqdl::SplitNames(check.arguments[0]).size())
      return Invalid("there are not as many columns on both sides");
  }
  if (!table.empty() && !IsTable(definition, table))
    return Invalid("the transform has no output and no model " + table);
  return Ok();
}

Status CheckRule(const Definition& definition, const Output& output, SqlCheck& sql_check,
                 const Check& check) {
  TARN_TRY(CheckColumns(output, check));
  TARN_TRY(CheckTables(definition, check));
  TARN_TRY(CheckPatterns(sql_check, check));
  if (!check.where.empty()) TARN_TRY(CheckCondition(sql_check, check.where));
  if (check.type == RuleType::kCustomSql) TARN_TRY(CheckCustomSql(definition, sql_check, check.arguments[0]));
  return Ok();
}

Status CheckRules(const Definition& definition, const Output& output, SqlCheck& sql_check,
                  const QualityRules& rules) {
  for (const dqdl::Rule& rule : rules.ruleset.rules) {
    Status status = Ok();
    dqdl::ForEachCheck(rule, [&](const Check& check) {
      if (status.ok()) status = CheckRule(definition, output, sql_check, check);
    });
    if (!status.ok()) return Invalid(status.error().message() + ", in the rule " + rule.text);
  }
  return Ok();
}

Status CheckNames(const Definition& definition, const Output& output) {
  if (output.database == kOwnDatabase)
    return Invalid("the database " + std::string(kOwnDatabase) + " is Tarn's own; choose another name");
  const std::string quarantine = output.QuarantineName();
  if (quarantine.empty()) return Ok();
  const std::string name = output.database + "." + quarantine;
  for (const Output& other : definition.outputs) {
    if (other.TableName() == name)
      return Invalid("the table of quarantined rows has the name of an output, " + name);
  }
  return Ok();
}

// The outputs whose rows decide which rows of `output` are set aside.
std::set<const Output*> QuarantineNeeds(const Definition& definition, const Output& output) {
  std::set<const Output*> needs;
  for (const QualityRules& rules : output.quality) {
    if (rules.severity != Severity::kQuarantine) continue;
    for (const dqdl::Rule& rule : rules.ruleset.rules) {
      for (const std::string& name : dqdl::TableNames(rule)) {
        const Output* other = definition.FindOutput(name);
        if (other != nullptr && other != &output) needs.insert(other);
      }
    }
  }
  return needs;
}

Status CheckOrder(const Definition& definition) {
  std::set<const Output*> done, open;
  const std::function<Status(const Output&)> visit = [&](const Output& output) -> Status {
    if (done.contains(&output)) return Ok();
    if (!open.insert(&output).second)
      return Invalid("the quarantine rules of outputs refer to each other's tables, among them " +
                     output.TableName());
    for (const Output* need : QuarantineNeeds(definition, output)) TARN_TRY(visit(*need));
    done.insert(&output);
    return Ok();
  };
  for (const Output& output : definition.outputs) TARN_TRY(visit(output));
  return Ok();
}

Error At(const Error& error, const std::string& where) {
  return Error(error.code(), error.message()).At(where);
}

}  // namespace

Status CheckQuality(const Definition& definition, SqlCheck& sql_check) {
  for (size_t i = 0; i < definition.outputs.size(); ++i) {
    const Output& output = definition.outputs[i];
    const std::string place = "outputs[" + std::to_string(i) + "]";
    if (const Status named = CheckNames(definition, output); !named.ok())
      return At(named.error(), place + ".table");
    for (size_t j = 0; j < output.quality.size(); ++j) {
      const Status checked = CheckRules(definition, output, sql_check, output.quality[j]);
      if (!checked.ok()) return At(checked.error(), place + ".quality[" + std::to_string(j) + "].rules");
    }
  }
  if (const Status ordered = CheckOrder(definition); !ordered.ok()) return At(ordered.error(), "outputs");
  return Ok();
}

}  // namespace tarn::transform

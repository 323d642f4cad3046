#include "services/transform/runs/quality_run.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <nlohmann/json.hpp>

#include "services/transform/quality/dqdl/executor.h"
#include "services/transform/quality/dqdl/rule_types.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

using dqdl::Outcome;
using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

constexpr const char* kReasons = "_reasons";
constexpr const char* kRunId = "_run_id";
constexpr const char* kTime = "_quarantined_at";

// Whether the rule takes single rows out of the output. Of rows that a merge will make one of, repetition is
// no fault.
bool SetsAside(const Output& output, const QualityRules& rules, const dqdl::Rule& rule) {
  if (rules.severity != Severity::kQuarantine || !dqdl::JudgesRows(rule)) return false;
  return output.mode != Mode::kMerge || !dqdl::ComparesRows(rule);
}

std::string ThresholdOf(const dqdl::Rule& rule) {
  if (rule.kind != dqdl::Rule::Kind::kCheck) return "";
  const dqdl::Check& check = rule.check;
  if (check.threshold) return check.threshold->text;
  const bool of_rows = dqdl::JudgesRows(rule) && check.type != dqdl::RuleType::kReferentialIntegrity;
  return check.condition && !of_rows ? check.condition->text : "";
}

bool Prevents(const QualityResult& result, bool judges_rows) {
  if (result.severity == Severity::kFail) return result.outcome != Outcome::kPassed;
  return result.severity == Severity::kQuarantine && judges_rows && result.outcome == Outcome::kError;
}

// As the engine compares names of columns.
bool SameName(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](unsigned char x, unsigned char y) { return lower(x) == lower(y); });
}

// The columns that the quarantine adds must not be there yet.
Status CheckNames(const Output& output, const std::vector<duckdb::Column>& columns) {
  for (const duckdb::Column& column : columns) {
    for (const char* added : {kReasons, kRunId, kTime}) {
      if (!SameName(column.name, added)) continue;
      return Error(Code::kUnprocessable, "rows cannot be set aside: the model " + output.model +
                                             " has a column of the name that the quarantine needs, " + added);
    }
  }
  return Ok();
}

std::string TableFor(const char* what, const Output& output) {
  return "tarn." + QuoteIdentifier(what + output.TableName());
}

}  // namespace

// The tables that the rules of one output may name.
class QualityRun::Tables : public dqdl::Catalog {
 public:
  Tables(QualityRun& run, const Output& output, const dqdl::Relation& relation)
      : run_(run), output_(output), relation_(relation) {}

  Result<dqdl::Relation> Table(const std::string& name) override {
    if (const Output* other = run_.definition_.FindOutput(name)) {
      if (other == &output_) return relation_;
      TARN_TRY(run_.Prepare(*other));
      return run_.states_[other].published;
    }
    if (run_.definition_.FindModel(name) == nullptr)
      return Error(Code::kNotFound, "there is no table " + name);
    const std::string rows = ModelRelation(name);
    TARN_ASSIGN(auto columns, run_.writer_.workspace().Columns(rows));
    return dqdl::Relation{rows, std::move(columns)};
  }

  Result<std::vector<duckdb::Column>> ColumnsOf(const std::string& query) override {
    return run_.writer_.workspace().Columns("(" + query + ")");
  }

 private:
  QualityRun& run_;
  const Output& output_;
  const dqdl::Relation& relation_;
};

QualityRun::QualityRun(OutputWriter& writer, const Definition& definition, std::vector<OutputFiles> files,
                       Timestamp now, std::stop_token cancelled)
    : writer_(writer),
      definition_(definition),
      files_(std::move(files)),
      now_(now),
      cancelled_(std::move(cancelled)) {}

Status QualityRun::Judge() {
  for (const Output& output : definition_.outputs) {
    if (output.quality.empty()) continue;
    TARN_TRY(Prepare(output));
    std::vector<Selected> published, fresh;
    for (size_t i = 0; i < output.quality.size(); ++i) {
      const QualityRules& rules = output.quality[i];
      for (size_t j = 0; j < rules.ruleset.rules.size(); ++j) {
        const dqdl::Rule& rule = rules.ruleset.rules[j];
        if (SetsAside(output, rules, rule)) continue;
        (rules.scope == RuleScope::kNew ? fresh : published).push_back({i, j, &rules, &rule});
      }
    }
    if (!published.empty()) {
      TARN_ASSIGN(const auto plan, JudgeOn(output, states_[&output].published, published));
      (void)plan;
    }
    if (fresh.empty()) continue;
    TARN_ASSIGN(const auto relation, NewRows(output));
    TARN_ASSIGN(const auto plan, JudgeOn(output, relation, fresh));
    (void)plan;
  }
  return Ok();
}

const OutputFiles& QualityRun::FilesOf(const Output& output) const {
  return files_[static_cast<size_t>(&output - definition_.outputs.data())];
}

Result<dqdl::Relation> QualityRun::NewRows(const Output& output) {
  TARN_ASSIGN(auto columns, writer_.PublishedColumns(output));
  return dqdl::Relation{writer_.NewRows(output), std::move(columns)};
}

// Makes the rows that the output will publish.
Status QualityRun::Prepare(const Output& output) {
  State& state = states_[&output];
  if (state.ready) return Ok();
  if (state.begun) {
    return Error(
        Code::kUnprocessable,
        "the quarantine rules of outputs wait for each other, among them those of " + output.TableName());
  }
  state.begun = true;
  TARN_TRY(SetRowsAside(output));
  TARN_ASSIGN(state.published.sql, writer_.PublishedRows(output, FilesOf(output), cancelled_));
  TARN_ASSIGN(state.published.columns, writer_.PublishedColumns(output));
  state.ready = true;
  return Ok();
}

Status QualityRun::SetRowsAside(const Output& output) {
  std::vector<Selected> selected;
  for (size_t i = 0; i < output.quality.size(); ++i) {
    const QualityRules& rules = output.quality[i];
    for (size_t j = 0; j < rules.ruleset.rules.size(); ++j) {
      if (SetsAside(output, rules, rules.ruleset.rules[j]))
        selected.push_back({i, j, &rules, &rules.ruleset.rules[j]});
    }
  }
  if (selected.empty()) return Ok();
  TARN_ASSIGN(const auto columns, writer_.workspace().Columns(writer_.NewRows(output)));
  if (const Status free = CheckNames(output, columns); !free.ok()) {
    dqdl::Verdict error;
    error.message = free.error().message();
    for (const Selected& rule : selected) Note(output, rule, error);
    return Ok();
  }
  TARN_ASSIGN(const auto relation, NewRows(output));
  TARN_ASSIGN(const auto plan, JudgeOn(output, relation, selected));
  bool any_error = false, any_broken = false;
  for (const auto& [place, result] : states_[&output].results) {
    any_error = any_error || result.outcome == Outcome::kError;
    any_broken = any_broken || result.failed_rows.value_or(0) > 0;
  }
  // The run is refused for the error; the rows of the rule that has it are not known.
  return any_broken && !any_error ? TakeOut(output, relation, selected, plan) : Ok();
}

// Splits the new rows into those that keep all rules and the others, which get their reasons.
Status QualityRun::TakeOut(const Output& output, const dqdl::Relation& relation,
                           const std::vector<Selected>& rules, const dqdl::Plan& plan) {
  std::string texts, breaks;
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string& keeps = plan.rules[i].keeps;
    if (keeps.empty()) continue;
    texts += (texts.empty() ? "" : ", ") + QuoteLiteral(rules[i].text->text);
    breaks += (breaks.empty() ? "NOT " : ", NOT ") + keeps;
  }
  const std::string judged = TableFor("judged ", output), kept = TableFor("kept ", output);
  TARN_TRY(writer_.workspace().connection().Run(
      "CREATE TABLE " + judged + " AS SELECT tarn_row.*, list_where([" + texts + "], [" + breaks + "]) AS " +
          kReasons + " FROM " + relation.sql + " AS tarn_row",
      cancelled_));
  TARN_TRY(writer_.workspace().connection().Run("CREATE VIEW " + kept + " AS SELECT * EXCLUDE (" + kReasons +
                                                ") FROM " + judged + " WHERE len(" + kReasons + ") = 0"));
  const std::string taken = "(SELECT * FROM " + judged + " WHERE len(" + kReasons + ") > 0)";
  TARN_ASSIGN(const auto count,
              writer_.workspace().connection().Rows("SELECT count(*) AS rows FROM " + taken));
  writer_.ReplaceNewRows(output, kept);
  quarantined_.push_back({&output, taken, count.at(0).at("rows").get<int64_t>()});
  return Ok();
}

Result<dqdl::Plan> QualityRun::JudgeOn(const Output& output, const dqdl::Relation& relation,
                                       const std::vector<Selected>& rules) {
  std::vector<const dqdl::Rule*> texts;
  for (const Selected& selected : rules) texts.push_back(selected.text);
  Tables tables(*this, output, relation);
  TARN_ASSIGN(auto plan, dqdl::Compile(texts, relation, tables, now_));
  TARN_ASSIGN(const auto verdicts, dqdl::Execute(plan, writer_.workspace().connection(), cancelled_));
  for (size_t i = 0; i < rules.size(); ++i) Note(output, rules[i], verdicts[i]);
  return plan;
}

void QualityRun::Note(const Output& output, const Selected& rule, const dqdl::Verdict& verdict) {
  QualityResult result;
  result.table = output.TableName();
  result.rule = rule.text->text;
  result.severity = rule.rules->severity;
  result.outcome = verdict.outcome;
  result.measured = verdict.measured;
  result.threshold = ThresholdOf(*rule.text);
  result.rows_evaluated = verdict.rows;
  result.failed_rows = verdict.broken;
  result.message = verdict.message;
  result.checked_at = now_;
  states_[&output].results[{rule.ruleset, rule.rule}] = std::move(result);
}

std::vector<QualityResult> QualityRun::Results() const {
  std::vector<QualityResult> results;
  for (const Output& output : definition_.outputs) {
    const auto state = states_.find(&output);
    if (state == states_.end()) continue;
    for (const auto& [place, result] : state->second.results) results.push_back(result);
  }
  return results;
}

std::optional<Error> QualityRun::Failure() const {
  const QualityResult* first = nullptr;
  int64_t count = 0;
  for (const Output& output : definition_.outputs) {
    const auto state = states_.find(&output);
    if (state == states_.end()) continue;
    for (const auto& [place, result] : state->second.results) {
      const dqdl::Rule& rule = output.quality[place.first].ruleset.rules[place.second];
      if (!Prevents(result, SetsAside(output, output.quality[place.first], rule))) continue;
      if (++count == 1) first = &result;
    }
  }
  if (first == nullptr) return std::nullopt;
  const std::string others = count == 1 ? "" : " (and " + std::to_string(count - 1) + " more rules)";
  return Error(Code::kUnprocessable,
               "the rule " + first->rule + " of " + first->table +
                   (first->outcome == Outcome::kError ? " cannot be checked: " : " failed: ") +
                   first->message + others)
      .At("quality of " + first->table);
}

Status QualityRun::WriteQuarantined(const Quarantined& quarantined, const std::string& run_id,
                                    const std::filesystem::path& file) {
  return writer_.workspace().connection().Run(
      "COPY (SELECT *, " + QuoteLiteral(run_id) + " AS " + kRunId + ", epoch_ms(" +
          std::to_string(ToUnixMillis(now_)) + ") AS " + kTime + " FROM " + quarantined.relation + ") TO " +
          QuoteLiteral(file.string()) + " (FORMAT parquet, COMPRESSION zstd)",
      cancelled_);
}

}  // namespace tarn::transform

#include "services/transform/preview/preview.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/transform/preview/deadline.h"
#include "services/transform/preview/definition_part.h"
#include "services/transform/preview/sample.h"
#include "services/transform/runs/input_settlement.h"
#include "services/transform/runs/model_builder.h"
#include "services/transform/runs/output_writer.h"
#include "services/transform/runs/quality_run.h"
#include "services/transform/runs/run_inputs.h"
#include "services/transform/transforms/definition_parser.h"
#include "services/transform/transforms/relation_names.h"
#include "services/transform/transforms/render.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

constexpr const char* kRunId = "preview";

// The models and outputs that are to be computed.
struct Plan {
  Definition part;
  const Model* model = nullptr;    // whose plan is shown; of `part`
  const Output* output = nullptr;  // of `part`; null: the model's rows are asked for
};

Result<Plan> MakePlan(const Definition& definition, const PreviewRequest& request) {
  const Output* output = request.is_output ? definition.FindOutput(request.target) : nullptr;
  if (request.is_output && output == nullptr)
    return Error(Code::kNotFound, "the transform has no output " + request.target).At("/output");
  const std::string model = output ? output->model : request.target;
  if (definition.FindModel(model) == nullptr)
    return Error(Code::kNotFound, "the transform has no model " + model).At("/model");
  Plan plan;
  std::set<std::string> models = {model}, outputs;
  if (output != nullptr) outputs.insert(output->TableName());
  if (output != nullptr && !output->quality.empty()) {
    // Rules may refer to any other output or model.
    for (const Model& other : definition.models) models.insert(other.name);
    for (const Output& other : definition.outputs) outputs.insert(other.TableName());
  }
  plan.part = PartOf(definition, std::move(models), outputs);
  plan.model = plan.part.FindModel(model);
  if (output != nullptr) plan.output = plan.part.FindOutput(output->TableName());
  return plan;
}

std::string Described(const Error& error) {
  return (error.where().empty() ? "" : error.where() + ": ") + error.message();
}

// One preview from its sample to its rows.
class Session {
 public:
  Session(const Plan& plan, const PreviewRequest& request, const PreviewOptions& options,
          std::stop_token cancelled)
      : plan_(plan), request_(request), options_(options), cancelled_(cancelled) {
    facts_.id = kRunId;
    facts_.trigger = kRunId;
    facts_.started_at = Now();
  }

  Status Open(object_store::ObjectStore& store, CatalogTables& catalog) {
    TARN_ASSIGN(tables_, catalog.Open(plan_.part.ReadTables(), cancelled_));
    TARN_ASSIGN(auto sample, PickSample(store, plan_.part, request_, options_));
    result_.warnings = std::move(sample.warnings);
    Run run;
    run.id = kRunId;
    run.transform = plan_.part.name;
    TARN_ASSIGN(opened_, OpenInputs(store, run, sample.objects, plan_.part, options_.input));
    TARN_ASSIGN(scratch_, store.ScratchDirectory());
    TARN_TRY(SettleColumns(store, run, sample.objects));
    for (const DeadLetter& letter : opened_.dead)
      result_.warnings.push_back("left out: " + letter.bucket + "/" + letter.key + ": " + letter.reason);
    for (const size_t ordinal : opened_.ordinals) {
      const RunInput& input = sample.objects[ordinal];
      result_.objects.push_back({input.bucket, input.key, input.version});
    }
    std::vector<std::filesystem::path> directories = opened_.directories();
    for (auto& directory : tables_.directories()) directories.push_back(std::move(directory));
    TARN_ASSIGN(workspace_, SqlWorkspace::Open(options_.engine, *scratch_, directories));
    TARN_TRY(tables_.CreateViews(workspace_->connection(), cancelled_));
    return LoadInputs(workspace_->connection(), plan_.part, opened_.files, columns_, cancelled_);
  }

  Status Build() {
    ModelBuilder models(workspace_->connection(), plan_.part, facts_);
    TARN_TRY(models.Build(Materialise::kAll, cancelled_));
    for (const Model& model : plan_.part.models) {
      TARN_ASSIGN(const int64_t rows, workspace_->RowsOf(ModelRelation(model.name)));
      result_.models.push_back({model.name, rows});
    }
    return Explain();
  }

  Status Judge() {
    if (plan_.output == nullptr) return Ok();
    writer_.emplace(*workspace_);
    QualityRun quality(*writer_, plan_.part, NoFiles(plan_.part), facts_.started_at, cancelled_);
    TARN_TRY(quality.Judge());
    for (QualityResult& result : quality.Results()) {
      if (result.table == plan_.output->TableName()) result_.quality.push_back(std::move(result));
    }
    for (const auto& quarantined : quality.quarantined()) {
      if (quarantined.output == plan_.output)
        result_.warnings.push_back(std::to_string(quarantined.rows) + " rows would be set aside in " +
                                   plan_.output->database + "." + plan_.output->QuarantineName());
    }
    if (plan_.output->mode == Mode::kMerge)
      result_.warnings.push_back(
          "the rows of the sample only: those that the table has already are not merged in");
    return Ok();
  }

  Status Fetch() {
    std::string relation = ModelRelation(plan_.model->name);
    TARN_ASSIGN(result_.columns, workspace_->Columns(relation));
    if (plan_.output != nullptr) {
      TARN_ASSIGN(relation, writer_->PublishedRows(*plan_.output, NoFiles(plan_.part).front(), cancelled_));
      TARN_ASSIGN(result_.columns, writer_->PublishedColumns(*plan_.output));
    }
    std::string names;
    for (const auto& column : result_.columns)
      names += (names.empty() ? "" : ", ") + duckdb::QuoteIdentifier(column.name);
    TARN_ASSIGN(const auto stream,
                workspace_->connection().Execute(
                    "SELECT " + names + " FROM " + relation + " LIMIT " + std::to_string(request_.limit + 1),
                    {}, cancelled_));
    return AppendRows(*stream);
  }

  PreviewResult Take() { return std::move(result_); }

 private:
  // As a run does it: with the columns that earlier runs had, in an engine that goes before the models'
  // comes.
  Status SettleColumns(object_store::ObjectStore& store, const Run& run,
                       const std::vector<RunInput>& objects) {
    const auto& all = plan_.part.inputs;
    if (std::none_of(all.begin(), all.end(), HasColumns)) return Ok();
    TARN_ASSIGN(columns_, ReadInputColumns(store, plan_.part.name));
    TARN_ASSIGN(const auto workspace, SqlWorkspace::Open(options_.engine, *scratch_, opened_.directories()));
    return SettleInputs(workspace->connection(), run, objects, plan_.part, Look::kTypes, opened_, columns_,
                        cancelled_);
  }

  Status Explain() {
    TARN_ASSIGN(const auto stream,
                workspace_->connection().Execute("EXPLAIN " + RenderSql(plan_.part, plan_.model->sql, facts_),
                                                 {}, cancelled_));
    while (true) {
      TARN_ASSIGN(const auto chunk, stream->Next());
      if (!chunk) return Ok();
      for (size_t row = 0; row < chunk->rows(); ++row)
        result_.plan += chunk->Text(row, stream->columns().size() - 1);
    }
  }

  Status AppendRows(duckdb::ResultStream& stream) {
    int64_t count = 0;
    result_.rows = "[";
    while (true) {
      TARN_ASSIGN(const auto chunk, stream.Next());
      if (!chunk) break;
      for (size_t row = 0; row < chunk->rows() && !result_.truncated; ++row) {
        json values = json::array();
        for (size_t column = 0; column < stream.columns().size(); ++column)
          values.push_back(chunk->IsNull(row, column) ? json() : chunk->Json(row, column));
        const std::string text = tarn::json::Dump(values);
        result_.truncated =
            count == request_.limit || result_.rows.size() + text.size() > options_.answer_bytes;
        if (result_.truncated) break;
        result_.rows += (count++ == 0 ? "" : ",") + text;
      }
    }
    result_.rows += "]";
    return Ok();
  }

  const Plan& plan_;
  const PreviewRequest& request_;
  const PreviewOptions& options_;
  const std::stop_token cancelled_;
  RunFacts facts_;
  PinnedTables tables_;
  OpenedInputs opened_;
  InputColumns columns_;
  std::shared_ptr<const std::filesystem::path> scratch_;
  std::unique_ptr<SqlWorkspace> workspace_;
  std::optional<OutputWriter> writer_;
  PreviewResult result_;
};

// The definition with other SQL in one model, checked as if it had been loaded so.
Result<Definition> WithSql(const Definition& definition, const std::string& model, const std::string& sql,
                           SqlCheck& sql_check) {
  Definition changed = definition;
  for (Model& one : changed.models) {
    if (one.name != model) continue;
    auto parsed = Template::Parse(sql);
    if (!parsed.ok()) return Error(Code::kInvalidArgument, Described(parsed.error())).At("/sql");
    one.sql = *std::move(parsed);
  }
  const Status checked = CheckDefinition(changed, sql_check);
  if (!checked.ok()) return Error(Code::kInvalidArgument, Described(checked.error())).At("/sql");
  return changed;
}

}  // namespace

Result<PreviewResult> Preview::Run(const Definition& definition, const PreviewRequest& request,
                                   std::stop_token cancelled) {
  const Deadline deadline(options_.timeout, cancelled);
  auto result = Compute(definition, request, deadline.token());
  if (!result.ok() && result.error().code() == Code::kCancelled && deadline.expired())
    return Error(Code::kDeadlineExceeded,
                 "the preview took longer than " + std::to_string(options_.timeout.count()) + " ms");
  return result;
}

Result<PreviewResult> Preview::Compute(const Definition& definition, const PreviewRequest& request,
                                       std::stop_token cancelled) {
  Definition changed = definition;
  if (request.sql) {
    TARN_ASSIGN(const Plan plan, MakePlan(definition, request));
    TARN_ASSIGN(changed, WithSql(definition, plan.model->name, *request.sql, sql_check_));
  }
  TARN_ASSIGN(const Plan plan, MakePlan(changed, request));
  Session session(plan, request, options_, cancelled);
  TARN_TRY(session.Open(store_, tables_));
  TARN_TRY(session.Build());
  TARN_TRY(session.Judge());
  TARN_TRY(session.Fetch());
  return session.Take();
}

}  // namespace tarn::transform

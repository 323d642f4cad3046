#include "services/transform/preview/test_bench.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "services/transform/preview/definition_part.h"
#include "services/transform/preview/fixed_clock.h"
#include "services/transform/preview/given_rows.h"
#include "services/transform/preview/test_runner.h"
#include "services/transform/runs/model_builder.h"
#include "services/transform/runs/output_writer.h"
#include "services/transform/runs/quality_run.h"
#include "services/transform/runs/sql_pieces.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

// Where a test's SQL may write: nowhere, since there is no such directory.
constexpr const char* kNowhere = "/nonexistent/tarn-test";

// What the test needs of the definition.
Result<Definition> NeededBy(const Definition& definition, const ModelTest& test) {
  std::set<std::string> models, outputs;
  for (const TestRows& expected : test.expect) {
    if (definition.FindModel(expected.name) != nullptr) {
      models.insert(expected.name);
      continue;
    }
    const Output* output = definition.FindOutput(expected.name);
    if (output == nullptr)
      return Error(Code::kInvalidArgument, "there is no model and no output " + expected.name)
          .At("expect." + expected.name);
    if (output->quality.empty()) {
      outputs.insert(output->TableName());
      continue;
    }
    // Rules may refer to any other output or model.
    for (const Model& model : definition.models) models.insert(model.name);
    for (const Output& other : definition.outputs) outputs.insert(other.TableName());
  }
  return PartOf(definition, std::move(models), outputs);
}

const TestRows* Find(const std::vector<TestRows>& tables, const std::string& name) {
  for (const TestRows& rows : tables) {
    if (rows.name == name) return &rows;
  }
  return nullptr;
}

class TestBench {
 public:
  TestBench(const ModelTest& test, Definition part, std::stop_token cancelled)
      : test_(test), part_(std::move(part)), now_(TestTime(test)), cancelled_(cancelled) {}

  Status Build(const EngineLimits& limits) {
    TARN_ASSIGN(workspace_, SqlWorkspace::Open(limits, kNowhere, {}));
    duckdb::Connection& connection = workspace_->connection();
    TARN_TRY(FixClock(connection, now_));
    TARN_TRY(GiveInputs());
    for (const std::string& table : part_.ReadTables()) TARN_TRY(GiveOneTable(table));
    ModelBuilder models(connection, part_, RunFacts{"test", now_, "test"});
    TARN_TRY(models.Build(Materialise::kAll, cancelled_));
    writer_.emplace(*workspace_);
    if (part_.outputs.empty()) return Ok();
    QualityRun quality(*writer_, part_, NoFiles(part_), now_, cancelled_);
    return quality.Judge();
  }

  Result<RowDiff> Compare(const TestRows& expected) {
    TARN_ASSIGN(const json rows, ParseRows(expected.rows));
    std::string relation = ModelRelation(expected.name);
    std::vector<duckdb::Column> columns;
    if (part_.FindModel(expected.name) != nullptr) {
      TARN_ASSIGN(columns, workspace_->Columns(relation));
    } else {
      const Output& output = *part_.FindOutput(expected.name);
      TARN_ASSIGN(relation, writer_->PublishedRows(output, NoFiles(part_).front(), cancelled_));
      TARN_ASSIGN(columns, writer_->PublishedColumns(output));
    }
    TARN_ASSIGN(RowDiff diff, CompareRows(workspace_->connection(), relation, columns, rows, cancelled_));
    diff.relation = expected.name;
    return diff;
  }

 private:
  Status GiveInputs() {
    for (const Input& input : part_.inputs) {
      const TestRows* given = Find(test_.inputs, input.name);
      TARN_ASSIGN(const json rows, given ? ParseRows(given->rows) : Result<json>(json::array()));
      const Status made = GiveInput(workspace_->connection(), input, rows, now_);
      if (!made.ok())
        return InPlace(input.name.empty() ? "given.input" : "given.inputs." + input.name, made.error());
    }
    return Ok();
  }

  Status GiveOneTable(const std::string& table) {
    const TestRows* given = Find(test_.tables, table);
    if (given == nullptr)
      return Error(Code::kInvalidArgument,
                   "the models read the table " + table + ", but the test gives no rows of it")
          .At("given.tables");
    TARN_ASSIGN(const json rows, ParseRows(given->rows));
    const Status made = GiveTable(workspace_->connection(), table, rows);
    if (!made.ok()) return InPlace("given.tables." + table, made.error());
    return Ok();
  }

  const ModelTest& test_;
  const Definition part_;
  const Timestamp now_;
  const std::stop_token cancelled_;
  std::unique_ptr<SqlWorkspace> workspace_;
  std::optional<OutputWriter> writer_;
};

// What is given must be of the transform, or it would be given in vain.
Status CheckGiven(const Definition& definition, const ModelTest& test) {
  for (const TestRows& input : test.inputs) {
    if (definition.FindInput(input.name) == nullptr)
      return Error(Code::kInvalidArgument,
                   input.name.empty() ? "there is not exactly one input; write inputs: {name: [rows]}"
                                      : "there is no input " + input.name)
          .At("given");
  }
  const std::vector<std::string> tables = definition.ReadTables();
  for (const TestRows& table : test.tables) {
    if (std::find(tables.begin(), tables.end(), table.name) == tables.end())
      return Error(Code::kInvalidArgument, "no model reads the table " + table.name).At("given.tables");
  }
  return Ok();
}

}  // namespace

Timestamp TestTime(const ModelTest& test) {
  static constexpr int64_t kDefaultMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  return test.now.value_or(FromUnixMillis(kDefaultMs));
}

Result<std::vector<RowDiff>> CarryOutTest(const Definition& definition, const ModelTest& test,
                                          const EngineLimits& limits, std::stop_token cancelled) {
  TARN_TRY(CheckGiven(definition, test));
  TARN_ASSIGN(Definition part, NeededBy(definition, test));
  TestBench bench(test, std::move(part), cancelled);
  TARN_TRY(bench.Build(limits));
  std::vector<RowDiff> diffs;
  for (const TestRows& expected : test.expect) {
    auto diff = bench.Compare(expected);
    if (!diff.ok()) return InPlace("expect." + expected.name, diff.error());
    if (!diff->empty()) diffs.push_back(*std::move(diff));
  }
  return diffs;
}

}  // namespace tarn::transform

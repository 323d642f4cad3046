#include "services/transform/transforms/model_binding.h"

#include <algorithm>
#include <cctype>

#include "services/transform/transforms/relation_names.h"
#include "services/transform/transforms/render.h"

namespace tarn::transform {
namespace {

using Columns = std::vector<duckdb::Column>;
using duckdb::QuoteIdentifier;

constexpr const char* kProbe = "tarn.probe";

Result<Columns> ColumnsOfRelation(duckdb::Connection& connection, const std::string& relation) {
  TARN_ASSIGN(const auto empty, connection.Execute("SELECT * FROM " + relation + " LIMIT 0"));
  return empty->columns();
}

// A type is letters, digits and what encloses its parts; then it can do no harm inside of a statement.
bool LooksLikeType(const std::string& text) {
  int depth = 0;
  for (const unsigned char c : text) {
    if (std::isalnum(c) == 0 &&
        std::string_view("_ ,()[]\"").find(static_cast<char>(c)) == std::string_view::npos)
      return false;
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth < 0 || depth > 32) return false;
  }
  return depth == 0 && !text.empty() && text.size() <= 10'000;
}

bool HasDocument(const Input& input) {
  return input.format == Format::kJson || input.format == Format::kNdjson;
}

bool IsKnown(const Input& input) { return HasDocument(input) || !input.columns.empty(); }

// Only the line: the marks of the template make the columns of a line differ from the file's.
std::string PlaceIn(const std::string& file, const std::string& where) {
  return where.starts_with("line ") ? file + ": " + where.substr(0, where.find(',')) : file;
}

class Binder {
 public:
  Binder(duckdb::Connection& connection, const Definition& definition)
      : connection_(connection), definition_(definition) {}

  Result<BoundDefinition> Bind() {
    TARN_TRY(connection_.Run("CREATE SCHEMA tarn; CREATE SCHEMA models"));
    for (size_t i = 0; i < definition_.inputs.size(); ++i) TARN_TRY(MakeInput(i));
    for (const Model& model : definition_.models) TARN_TRY(BindModel(model));
    for (const Count& count : definition_.counts) TARN_TRY(BindCount(count));
    return std::move(bound_);
  }

 private:
  Status MakeInput(size_t index) {
    const Input& input = definition_.inputs[index];
    std::string columns = "object_key VARCHAR, object_version VARCHAR, object_time TIMESTAMP";
    if (HasDocument(input)) columns += ", document JSON";
    for (const DeclaredColumn& column : input.columns) {
      TARN_TRY(CheckType(index, column));
      columns += ", " + QuoteIdentifier(column.name) + " " + column.type;
    }
    if (!IsKnown(input)) return Ok();
    const Status made = connection_.Run("CREATE TABLE " + input.Relation() + " (" + columns + ")");
    if (!made.ok()) return Error(Code::kInvalidArgument, made.error().message()).At(PlaceOf(index));
    TARN_ASSIGN(bound_.inputs[input.name], ColumnsOfRelation(connection_, input.Relation()));
    return Ok();
  }

  std::string PlaceOf(size_t index) const {
    const bool has_name = !definition_.inputs[index].name.empty();
    return "transform.yaml: " + (has_name ? "inputs[" + std::to_string(index) + "]" : "input") + ".columns";
  }

  Status CheckType(size_t index, const DeclaredColumn& column) {
    const std::string place = PlaceOf(index) + "." + column.name;
    if (!LooksLikeType(column.type))
      return Error(Code::kInvalidArgument, "not a type, such as BIGINT or DECIMAL(10,2): " + column.type)
          .At(place);
    const Status known = connection_.Run("SELECT CAST(NULL AS " + column.type + ")");
    if (known.ok()) return Ok();
    return Error(Code::kInvalidArgument, known.error().message()).At(place);
  }

  bool CanBind(const Template& sql) const {
    for (const TemplateMark& mark : sql.Marks()) {
      if (mark.kind == TemplateMark::Kind::kTable) return false;
      if (mark.kind == TemplateMark::Kind::kRef && !bound_.models.contains(mark.argument)) return false;
      if (mark.kind == TemplateMark::Kind::kInput && !IsKnown(*definition_.FindInput(mark.argument)))
        return false;
    }
    return true;
  }

  // A table of the same columns takes the model's place, so that what refers to it does not bind it again.
  Status BindModel(const Model& model) {
    if (!CanBind(model.sql)) return Ok();
    // On one line with the model's first, so that the engine's line numbers are the file's.
    TARN_ASSIGN(const bool made, MakeProbe(RenderSql(definition_, model.sql, {}), model.file));
    if (!made) return Ok();
    TARN_ASSIGN(auto columns, ColumnsOfRelation(connection_, kProbe));
    TARN_TRY(connection_.Run("CREATE TABLE " + ModelRelation(model.name) + " AS SELECT * FROM " + kProbe +
                             " WITH NO DATA"));
    bound_.models[model.name] = std::move(columns);
    return Ok();
  }

  Status BindCount(const Count& count) {
    if (!CanBind(count.sql)) return Ok();
    const std::string place = "transform.yaml: counts." + count.name;
    TARN_ASSIGN(const bool made, MakeProbe(RenderSql(definition_, count.sql, {}), place));
    if (!made) return Ok();
    TARN_ASSIGN(const auto columns, ColumnsOfRelation(connection_, kProbe));
    if (columns.size() == 1) return Ok();
    return Error(Code::kInvalidArgument,
                 "a count is one number, got " + std::to_string(columns.size()) + " columns")
        .At(place);
  }

  // False if the engine can only bind it with rows.
  Result<bool> MakeProbe(const std::string& sql, const std::string& file) {
    const Status made = connection_.Run(std::string("CREATE OR REPLACE VIEW ") + kProbe + " AS " + sql);
    if (made.ok()) return true;
    if (made.error().code() != Code::kUnprocessable || NeedsRows(made.error().message())) return false;
    return Error(Code::kInvalidArgument, made.error().message()).At(PlaceIn(file, made.error().where()));
  }

  // PIVOT without a list of values looks for them in the rows.
  static bool NeedsRows(const std::string& message) {
    return message.find("PIVOT") != std::string::npos || message.find("Pivot") != std::string::npos;
  }

  duckdb::Connection& connection_;
  const Definition& definition_;
  BoundDefinition bound_;
};

}  // namespace

const Columns* BoundDefinition::ColumnsOf(const Input& input) const {
  const auto found = inputs.find(input.name);
  return found == inputs.end() ? nullptr : &found->second;
}

const Columns* BoundDefinition::ColumnsOf(const Model& model) const {
  const auto found = models.find(model.name);
  return found == models.end() ? nullptr : &found->second;
}

Result<BoundDefinition> BindModels(const Definition& definition) {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = 64ull << 20;
  options.threads = 1;
  TARN_ASSIGN(const auto instance, duckdb::Instance::Open(options));
  TARN_ASSIGN(const auto connection, instance->Connect());
  return Binder(*connection, definition).Bind();
}

}  // namespace tarn::transform

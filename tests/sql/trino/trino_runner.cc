#include "tests/sql/trino/trino_runner.h"

#include <stdexcept>

#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message());
  return std::move(result).value();
}

// Whether the engine's column holds what the dialect says: rendered ones are text.
bool Holds(const std::string& column, const TrinoType& type) {
  const auto rendered = [](const TrinoType& part) {
    return part.kind == TrinoType::Kind::kUnknown || part.kind == TrinoType::Kind::kJson ||
           part.kind == TrinoType::Kind::kTimestampTz;
  };
  if (AnyPart(type, rendered)) return true;
  return column == type.DuckDbName() ||
         AnyPart(type, [](const TrinoType& part) { return part.kind == TrinoType::Kind::kRow; });
}

}  // namespace

TrinoRunner::TrinoRunner(DialectOptions options)
    : options_(std::move(options)), gate_(Must(sql_gate::Gate::Open(ExtensionFunctions()))) {
  duckdb::InstanceOptions instance;
  instance.functions = ExtensionFunctions();
  instance_ = Must(duckdb::Instance::Open(instance));
  connection_ = Must(instance_->Connect());
}

Result<std::string> TrinoRunner::Translate(const std::string& sql) const {
  TARN_ASSIGN(const auto statement, AthenaStatement::Parse(sql));
  if (!statement.is_query()) return statement.passed_on();
  TARN_ASSIGN(const auto translated, statement.Translate({}, options_));
  return translated.sql;
}

Result<TrinoRows> TrinoRunner::Run(const std::string& sql) {
  TARN_ASSIGN(const auto statement, AthenaStatement::Parse(sql));
  if (!statement.is_query()) return Error(Code::kUnprocessable, "not a query");
  TARN_ASSIGN(const auto translated, statement.Translate({}, options_));
  TARN_ASSIGN(const auto checked, gate_->CheckTranslated(translated.sql));
  (void)checked;
  TARN_ASSIGN(const auto stream, connection_->Execute(translated.sql));
  TrinoRows rows{translated.types, {}};
  for (size_t i = 0; i < rows.types.size(); ++i) {
    const auto& column = stream->columns()[i];
    if (!Holds(column.type, rows.types[i])) {
      // A defect of the dialect: no answer is right then.
      rows.types[i] = MakeType(TrinoType::Kind::kFunction);
      rows.types[i].children.push_back(MakeType(TrinoType::Kind::kUnknown));
    }
  }
  while (true) {
    TARN_ASSIGN(const auto chunk, stream->Next());
    if (!chunk) return rows;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      auto& values = rows.rows.emplace_back();
      for (size_t i = 0; i < rows.types.size(); ++i) values.push_back(chunk->Json(row, i));
    }
  }
}

}  // namespace tarn::query

#include "services/query/views/view_query.h"

namespace tarn::query {
namespace {

Error NoQuery() { return Error(Code::kUnprocessable, "a view is made of a query: SELECT, WITH or VALUES"); }

Status CheckQuery(const sql_gate::CheckedStatement& checked) {
  if (checked.show || checked.describes) return NoQuery();
  if (checked.has_parameters)
    return Error(Code::kUnprocessable, "the query of a view has no parameters (? or $1)");
  return Ok();
}

}  // namespace

Result<ViewQuery> ViewQuery::Read(const std::string& sql, Dialect dialect, sql_gate::Gate& gate) {
  ViewQuery query;
  TARN_TRY(sql_gate::CheckText(sql));
  TARN_ASSIGN(auto present, TakeFormerTables(sql));
  query.sql_ = std::move(present.sql);
  query.former_ = std::move(present.tables);
  if (dialect == Dialect::kDuckDb) {
    TARN_ASSIGN(auto checked, gate.Check(query.sql_));
    TARN_TRY(CheckQuery(checked));
    query.names_ = std::move(checked.tables);
    return query;
  }
  TARN_ASSIGN(query.athena_, AthenaStatement::Parse(query.sql_));
  if (!query.athena_->is_query()) return NoQuery();
  for (const auto& table : query.athena_->tables())
    query.names_.push_back({table.database, table.name, table.position, {}, table.uses});
  return query;
}

Result<std::string> ViewQuery::EngineSql(const TableColumns& columns, sql_gate::Gate& gate) const {
  if (!athena_) return sql_;
  TARN_ASSIGN(auto translated, athena_->Translate(columns));
  TARN_ASSIGN(const auto checked, gate.CheckTranslated(translated.sql));
  TARN_TRY(CheckQuery(checked));
  return std::move(translated.sql);
}

}  // namespace tarn::query

#include "services/transform/quality/dqdl/check_sql.h"

#include "services/transform/quality/dqdl/schema_rules.h"
#include "services/transform/quality/dqdl/sql_text.h"
#include "services/transform/quality/dqdl/values_sql.h"

namespace tarn::dqdl {
namespace {

using duckdb::QuoteIdentifier;

std::string SelectSql(const Relation& relation) {
  return "SELECT " + ColumnList(relation) + " FROM " + relation.sql;
}

bool IsPassing(const Error& error) { return error.retryable() || error.code() == Code::kCancelled; }

}  // namespace

std::string WhereSql(const Check& check) { return check.where.empty() ? "true" : "(" + check.where + "\n)"; }

std::string CheckSql::From() const { return " FROM " + relation_.sql + " AS tarn_row"; }

Result<duckdb::Column> CheckSql::Column(const std::string& name) const {
  for (const duckdb::Column& column : relation_.columns) {
    if (column.name == name) return column;
  }
  return Error(Code::kUnprocessable, "there is no column " + name + "; there are " + ColumnList(relation_));
}

Result<RowSql> CheckSql::Rows(const Check& check) {
  TARN_ASSIGN(RowSql rows, Unlimited(check));
  if (!check.where.empty())
    rows.keeps = "(CASE WHEN " + WhereSql(check) + " THEN " + rows.keeps + " ELSE true END)";
  return rows;
}

Result<RowSql> CheckSql::Unlimited(const Check& check) {
  RowSql rows;
  switch (check.type) {
    case RuleType::kIsUnique:
    case RuleType::kIsPrimaryKey: {
      rows.simple = false;
      TARN_ASSIGN(rows.keeps, Unique(check, check.type == RuleType::kIsPrimaryKey));
      return rows;
    }
    case RuleType::kReferentialIntegrity: {
      rows.simple = false;
      TARN_ASSIGN(rows.keeps, Referenced(check));
      return rows;
    }
    case RuleType::kCustomSql: {
      rows.simple = false;
      TARN_ASSIGN(rows.keeps, Selected(check));
      return rows;
    }
    default:
      break;
  }
  TARN_ASSIGN(const auto column, Column(check.arguments[0]));
  switch (check.type) {
    case RuleType::kIsComplete:
      rows.keeps = "(" + ColumnSql(column.name) + " IS NOT NULL)";
      return rows;
    case RuleType::kColumnValues: {
      TARN_ASSIGN(rows.keeps, ValuesSql(*check.condition, column, now_));
      return rows;
    }
    case RuleType::kColumnLength:
      rows.keeps = "(" + LengthSql(*check.condition, column) + ")";
      return rows;
    case RuleType::kColumnDataType:
      rows.keeps = DataTypeSql(*check.condition, column);
      return rows;
    case RuleType::kDataFreshness: {
      TARN_ASSIGN(rows.keeps, FreshnessSql(*check.condition, column, now_));
      return rows;
    }
    default:
      return Error(Code::kInternal, "a rule without rows was asked for its rows");
  }
}

// A row whose columns are all NULL repeats no other, but is no key.
Result<std::string> CheckSql::Unique(const Check& check, bool complete) {
  std::string columns, empty, full;
  for (const std::string& name : check.arguments) {
    TARN_ASSIGN(const auto column, Column(name));
    const std::string sql = ColumnSql(column.name);
    columns += (columns.empty() ? "" : ", ") + sql;
    empty += (empty.empty() ? "" : " AND ") + sql + " IS NULL";
    full += (full.empty() ? "" : " AND ") + sql + " IS NOT NULL";
  }
  const std::string filter = check.where.empty() ? "" : " FILTER (WHERE " + WhereSql(check) + ")";
  const std::string alone = "count(*)" + filter + " OVER (PARTITION BY " + columns + ") = 1";
  return complete ? "(" + full + " AND " + alone + ")" : "((" + empty + ") OR " + alone + ")";
}

Result<std::string> CheckSql::Referenced(const Check& check) {
  const std::vector<std::string> columns = SplitNames(check.arguments[0]);
  const ReferencedColumns reference = SplitReference(check.arguments[1]);
  if (columns.size() != reference.columns.size()) {
    return Error(Code::kUnprocessable, std::to_string(columns.size()) + " columns cannot refer to " +
                                           std::to_string(reference.columns.size()));
  }
  TARN_ASSIGN(const auto table, catalog_.Table(reference.table));
  std::string match;
  for (size_t i = 0; i < columns.size(); ++i) {
    TARN_ASSIGN(const auto column, Column(columns[i]));
    match += (match.empty() ? "" : " AND ") + ("tarn_referenced." + QuoteIdentifier(reference.columns[i])) +
             " = " + ColumnSql(column.name);
  }
  return "EXISTS (SELECT 1 FROM " + table.sql + " AS tarn_referenced WHERE " + match + ")";
}

Result<std::string> CheckSql::CustomQuery(const std::string& sql) {
  std::string tables = "WITH \"primary\" AS NOT MATERIALIZED (" + SelectSql(relation_) + ")";
  for (const std::string& name : NamesIn(sql)) {
    const auto table = catalog_.Table(name);
    if (!table.ok() && IsPassing(table.error())) return table.error();
    if (table.ok())
      tables += ", " + QuoteIdentifier(name) + " AS NOT MATERIALIZED (" + SelectSql(*table) + ")";
  }
  return tables + " SELECT * FROM (\n" + QuotePrimary(sql) + "\n)";
}

// The rows whose values are among those that the SELECT returns.
Result<std::string> CheckSql::Selected(const Check& check) {
  TARN_ASSIGN(const std::string query, CustomQuery(check.arguments[0]));
  TARN_ASSIGN(const auto columns, catalog_.ColumnsOf(query));
  std::string match;
  for (const duckdb::Column& column : columns) {
    const auto own = Column(column.name);
    if (!own.ok()) {
      return Error(Code::kUnprocessable, "without a condition, CustomSql is to select columns of primary; " +
                                             own.error().message());
    }
    match += (match.empty() ? "" : " AND ") + ("tarn_selected." + QuoteIdentifier(column.name)) +
             " IS NOT DISTINCT FROM " + ColumnSql(column.name);
  }
  return "EXISTS (SELECT 1 FROM (" + query + ") AS tarn_selected WHERE " + match + ")";
}

}  // namespace tarn::dqdl

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

}  // namespace

Result<TranslatedQuery> Translator::Statement(const Query& query) {
  TARN_ASSIGN(TranslatedQuery translated, TranslateQuery(query, nullptr));
  std::string list;
  for (size_t i = 0; i < translated.columns.size(); ++i) {
    const auto& column = translated.columns[i];
    if (AnyPart(column.type, [](const TrinoType& part) {
          return part.kind == TypeKind::kTimestampTz && part.zone.empty();
        })) {
      return Error(Code::kUnprocessable,
                   "the values of column " + std::to_string(i + 1) +
                       " have different time zones; choose one with AT TIME ZONE '...'");
    }
    // https://docs.aws.amazon.com/athena: columns without a name are called by their number.
    const std::string name = column.shown.empty() ? "_col" + std::to_string(i) : column.shown;
    list += (i == 0 ? "" : ", ") + RenderOutput("c" + std::to_string(i), column.type) + " AS " +
            duckdb::QuoteIdentifier(name);
  }
  translated.sql = "SELECT " + list + " FROM (" + translated.sql + ')';
  return translated;
}

// Results show a time with its own zone, which no type of DuckDB holds: as text.
std::string Translator::RenderOutput(const std::string& sql, const TrinoType& type) {
  const auto zoned = [](const TrinoType& part) {
    return part.kind == TypeKind::kTimestampTz && part.zone != "UTC";
  };
  const auto json = [](const TrinoType& part) { return part.kind == TypeKind::kJson; };
  if (!AnyPart(type, zoned) && !AnyPart(type, json)) return sql;
  const std::string variable = Fresh("o");
  switch (type.kind) {
    case TypeKind::kJson:
      return "CAST(" + sql + " AS JSON)";
    case TypeKind::kTimestampTz: {
      const std::string local = LocalSql(sql, type.zone);
      return "(left(strftime(" + local + ", '%Y-%m-%d %H:%M:%S.%f'), " +
             std::to_string(type.precision == 0 ? 19 : 20 + type.precision) + ") || " +
             duckdb::QuoteLiteral(' ' + type.zone) + ')';
    }
    case TypeKind::kArray:
      return "list_transform(" + sql + ", lambda " + variable + ": " +
             RenderOutput(variable, type.element()) + ')';
    case TypeKind::kMap: {
      const std::string value = Fresh("o");
      return "CASE WHEN " + sql + " IS NULL THEN NULL ELSE map(list_transform(map_keys(" + sql +
             "), lambda " + variable + ": " + RenderOutput(variable, type.children[0]) +
             "), list_transform(map_values(" + sql + "), lambda " + value + ": " +
             RenderOutput(value, type.children[1]) + ")) END";
    }
    case TypeKind::kRow: {
      std::string pack;
      for (size_t i = 0; i < type.children.size(); ++i) {
        const std::string field = type.StorageField(i);
        pack += (i == 0 ? "" : ", ") + duckdb::QuoteIdentifier(field) + " := " +
                RenderOutput("struct_extract(" + sql + ", " + duckdb::QuoteLiteral(field) + ')',
                             type.children[i]);
      }
      return "CASE WHEN " + sql + " IS NULL THEN NULL ELSE struct_pack(" + pack + ") END";
    }
    default:
      return sql;
  }
}

Result<TranslatedQuery> Translator::TranslateQuery(const Query& query, const Scope* outer) {
  const size_t common_before = common_tables_.size();
  TARN_ASSIGN(const std::string with, WithClause(query, outer));
  TARN_ASSIGN(TranslatedQuery translated, TranslateBody(query, query.body, outer));
  if (!query.body.select) {
    TARN_ASSIGN(const std::string order, OrderOfOutput(query.order, translated));
    translated.sql += order;
  }
  TARN_ASSIGN(const std::string limit, LimitSql(query));
  translated.sql = with + translated.sql + limit;
  common_tables_.resize(common_before);
  return translated;
}

Result<std::string> Translator::WithClause(const Query& query, const Scope* outer) {
  std::string sql;
  for (const auto& table : query.with) {
    TARN_ASSIGN(const std::string part, CommonTableSql(query, table, outer));
    sql += (sql.empty() ? (query.recursive ? "WITH RECURSIVE " : "WITH ") : ", ") + part;
  }
  return sql.empty() ? sql : sql + ' ';
}

Result<std::string> Translator::CommonTableSql(const Query& query, const CommonTable& table,
                                               const Scope* outer) {
  CommonTableScope common{table.name.name, Fresh("w"), {}};
  const QueryBody& body = table.query->body;
  const bool may_recur = query.recursive && body.set_operation == "UNION" && table.query->with.empty() &&
                         table.query->order.empty();
  const auto rename = [&](TranslatedQuery& translated) -> Status {
    if (!table.columns.empty() && table.columns.size() != translated.columns.size()) {
      return FaultAt("the common table names " + std::to_string(table.columns.size()) +
                         " columns, there are " + std::to_string(translated.columns.size()),
                     table.position);
    }
    for (size_t i = 0; i < table.columns.size(); ++i) {
      translated.columns[i].name = table.columns[i].name;
      translated.columns[i].shown =
          table.columns[i].shown.empty() ? table.columns[i].name : table.columns[i].shown;
    }
    common.columns = translated.columns;
    return Ok();
  };
  if (!may_recur) {
    TARN_ASSIGN(TranslatedQuery translated, TranslateQuery(*table.query, outer));
    TARN_TRY(rename(translated));
    common_tables_.push_back(common);
    return common.sql_name + " AS (" + translated.sql + ')';
  }
  // What the first part gives decides the types of the part that repeats.
  TARN_ASSIGN(TranslatedQuery first, TranslateBody(*table.query, *body.left, outer));
  TARN_TRY(rename(first));
  common_tables_.push_back(common);
  TARN_ASSIGN(const TranslatedQuery next, TranslateBody(*table.query, *body.right, outer));
  if (next.columns.size() != first.columns.size())
    return FaultAt("both parts of a recursive table have the same columns", table.position);
  TARN_ASSIGN(const std::string cast, CastColumns(next, first.columns));
  const std::string seed = "SELECT * FROM (" + first.sql + ")";
  return common.sql_name + " AS (" + seed + (body.all ? " UNION ALL " : " UNION ") + cast + ')';
}

Result<TranslatedQuery> Translator::TranslateBody(const Query& query, const QueryBody& body,
                                                  const Scope* outer) {
  if (body.select) {
    static const Query kPlain;
    return TranslateSelect(&body == &query.body ? query : kPlain, *body.select, outer);
  }
  if (body.query) {
    TARN_ASSIGN(TranslatedQuery inner, TranslateQuery(*body.query, outer));
    inner.sql = "SELECT * FROM (" + inner.sql + ')';
    return inner;
  }
  if (!body.set_operation.empty()) return TranslateSetOperation(body, outer);
  return TranslateValues(body, outer);
}

Result<std::string> Translator::CastColumns(const TranslatedQuery& query,
                                            const std::vector<OutputColumn>& to) {
  std::string list;
  Expression at;
  for (size_t i = 0; i < to.size(); ++i) {
    const std::string column = "c" + std::to_string(i);
    TARN_ASSIGN(const Value cast, Coerce(Make(column, query.columns[i].type), to[i].type, at));
    list += (i == 0 ? "" : ", ") + cast.sql + " AS " + column;
  }
  return "SELECT " + list + " FROM (" + query.sql + ')';
}

Result<TranslatedQuery> Translator::TranslateSetOperation(const QueryBody& body, const Scope* outer) {
  static const Query kPlain;
  TARN_ASSIGN(TranslatedQuery left, TranslateBody(kPlain, *body.left, outer));
  TARN_ASSIGN(TranslatedQuery right, TranslateBody(kPlain, *body.right, outer));
  if (left.columns.size() != right.columns.size()) {
    return FaultAt("both sides of " + body.set_operation + " have the same number of columns", body.position);
  }
  TranslatedQuery both;
  for (size_t i = 0; i < left.columns.size(); ++i) {
    TrinoType common;
    if (!CommonType(left.columns[i].type, right.columns[i].type, common)) {
      return FaultAt("column " + std::to_string(i + 1) + " of " + body.set_operation + " is " +
                         left.columns[i].type.Name() + " and " + right.columns[i].type.Name(),
                     body.position);
    }
    both.columns.push_back({left.columns[i].name, left.columns[i].shown, common});
  }
  TARN_ASSIGN(const std::string a, CastColumns(left, both.columns));
  TARN_ASSIGN(const std::string b, CastColumns(right, both.columns));
  both.sql = "SELECT * FROM (" + a + ' ' + body.set_operation + (body.all ? " ALL " : " ") + b + ')';
  return both;
}

Result<TranslatedQuery> Translator::TranslateValues(const QueryBody& body, const Scope* outer) {
  Scope scope;
  scope.outer = outer;
  const size_t width = body.values[0].size();
  std::vector<std::vector<Value>> columns(width);
  for (const auto& row : body.values) {
    if (row.size() != width)
      return FaultAt("the rows of VALUES have the same number of columns", body.position);
    for (size_t i = 0; i < width; ++i) {
      TARN_ASSIGN(Value value, Translate(*row[i], scope));
      columns[i].push_back(std::move(value));
    }
  }
  TranslatedQuery translated;
  Expression at;
  at.position = body.position;
  for (auto& column : columns) {
    TrinoType type;
    TARN_TRY(Unify(column, type, at));
    translated.columns.push_back({"", "", type});
  }
  std::string names;
  for (size_t i = 0; i < width; ++i) names += (i == 0 ? "c" : ", c") + std::to_string(i);
  translated.sql = "SELECT * FROM (VALUES ";
  for (size_t row = 0; row < body.values.size(); ++row) {
    translated.sql += row == 0 ? "(" : ", (";
    for (size_t i = 0; i < width; ++i) translated.sql += (i == 0 ? "" : ", ") + columns[i][row].sql;
    translated.sql += ')';
  }
  translated.sql += ") AS " + Fresh("r") + '(' + names + ')';
  return translated;
}

Result<std::string> Translator::OrderOfOutput(const std::vector<SortItem>& order,
                                              const TranslatedQuery& query) {
  if (order.empty()) return std::string();
  Scope scope;
  for (size_t i = 0; i < query.columns.size(); ++i) {
    const auto& column = query.columns[i];
    scope.columns.push_back({column.name, "", "", "c" + std::to_string(i), column.type, column.shown});
  }
  std::string sql;
  for (const auto& item : order) {
    std::string key;
    if (item.expression->kind == Expression::Kind::kInteger) {
      key = item.expression->text;
    } else {
      TARN_ASSIGN(const Value value, Translate(*item.expression, scope));
      key = value.sql;
    }
    sql += (sql.empty() ? " ORDER BY " : ", ") + key + (item.descending ? " DESC" : " ASC") +
           (item.nulls_first.value_or(false) ? " NULLS FIRST" : " NULLS LAST");
  }
  return sql;
}

Result<std::string> Translator::LimitSql(const Query& query) {
  std::string sql;
  for (const auto& [keyword, number] :
       {std::pair(" LIMIT ", query.limit.get()), std::pair(" OFFSET ", query.offset.get())}) {
    if (!number) continue;
    if (number->kind == Expression::Kind::kParameter)
      sql += keyword + ("CAST($" + number->text + " AS BIGINT)");
    else
      sql += keyword + number->text;
  }
  return sql;
}

}  // namespace tarn::query

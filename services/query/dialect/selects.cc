#include <algorithm>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

// Without marks of positions, for comparing.
std::string Bare(const std::string& sql) {
  std::string bare;
  for (size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\xFF')
      i = sql.find('\xFF', i + 1);
    else
      bare += sql[i];
  }
  return bare;
}

// A column number of GROUP BY 1 and ORDER BY 1, from 0; SIZE_MAX for anything else.
size_t Ordinal(const Expression& expression) {
  if (expression.kind != Expression::Kind::kInteger || expression.text.size() > 9) return SIZE_MAX;
  return std::stoull(expression.text) - 1;
}

// Whether an expression has a part of this kind; subqueries are not looked into.
bool Has(const Expression& expression, bool (*is)(const Expression&)) {
  return is(expression) || std::any_of(expression.arguments.begin(), expression.arguments.end(),
                                       [&](const auto& argument) { return Has(*argument, is); });
}

bool IsAggregate(const Expression& expression) {
  if (expression.kind != Expression::Kind::kCall) return false;
  const CompiledFunction* function = FindFunction(expression.text);
  return function && function->entry->kind == FunctionEntry::Kind::kAggregate && !expression.window;
}

bool Varies(const Expression& expression) {
  return expression.kind == Expression::Kind::kName || expression.kind == Expression::Kind::kStar ||
         expression.query || expression.window || IsAggregate(expression);
}

bool HasSubquery(const Relation& relation) {
  return relation.kind == Relation::Kind::kQuery || (relation.left && HasSubquery(*relation.left)) ||
         (relation.right && HasSubquery(*relation.right));
}

}  // namespace

// DuckDB loses a constant beside an aggregate of a correlated subquery where no row matches: it becomes NULL.
Status Translator::KeepConstants(const Select& select, std::vector<Value>& items) {
  const bool aggregates =
      !select.grouped && std::any_of(select.items.begin(), select.items.end(), [](const SelectItem& item) {
        return Has(*item.expression, IsAggregate);
      });
  if (!select.from || items.size() != select.items.size()) return Ok();
  for (size_t i = 0; i < items.size(); ++i) {
    const Expression& expression = *select.items[i].expression;
    if (Has(expression, Varies)) continue;
    if (aggregates)
      items[i].sql = "CASE WHEN count(*) >= 0 THEN " + items[i].sql + " END";
    else if (HasSubquery(*select.from))
      return Fault("a constant in a correlated subquery over a subquery is not supported; move it out",
                   expression);
  }
  return Ok();
}

Result<TranslatedQuery> Translator::TranslateSelect(const Query& query, const Select& select,
                                                    const Scope* outer) {
  const int references = outer_references_;
  Scope scope;
  scope.outer = outer;
  scope.select = &select;
  std::string from;
  if (select.from) {
    Scope nothing;
    nothing.outer = outer;
    TARN_ASSIGN(auto relation, TranslateRelation(*select.from, nothing));
    from = " FROM " + relation.sql;
    scope.columns = std::move(relation.columns);
  }
  TranslatedQuery translated;
  TARN_ASSIGN(auto items, SelectList(select, scope, translated.columns));
  std::string where;
  if (select.where) {
    TARN_ASSIGN(Value condition, Translate(*select.where, scope));
    TARN_ASSIGN(condition, Coerce(std::move(condition), MakeType(TypeKind::kBoolean), *select.where));
    where = " WHERE " + condition.sql;
  }
  if (outer_references_ > references) TARN_TRY(KeepConstants(select, items));
  std::string sql = select.distinct ? "SELECT DISTINCT " : "SELECT ";
  for (size_t i = 0; i < items.size(); ++i)
    sql += (i == 0 ? "" : ", ") + items[i].sql + " AS c" + std::to_string(i);
  sql += from + where;
  TARN_ASSIGN(const std::string group_by, GroupBy(select, scope, items));
  sql += group_by;
  if (select.having) {
    TARN_ASSIGN(Value having, Translate(*select.having, scope));
    TARN_ASSIGN(having, Coerce(std::move(having), MakeType(TypeKind::kBoolean), *select.having));
    sql += " HAVING " + having.sql;
  }
  TARN_ASSIGN(const std::string order, OrderOfSelect(query, scope, items, translated.columns));
  translated.sql = sql + order;
  return translated;
}

Result<std::vector<Value>> Translator::SelectList(const Select& select, const Scope& scope,
                                                  std::vector<OutputColumn>& columns) {
  std::vector<Value> items;
  for (const auto& item : select.items) {
    const Expression& expression = *item.expression;
    if (expression.kind == Expression::Kind::kStar) {
      const size_t before = items.size();
      for (const auto& column : scope.columns) {
        if (!expression.path.empty() && column.relation != expression.path.back().name) continue;
        items.push_back(Make(column.sql, column.type));
        columns.push_back({column.name, column.shown, column.type});
      }
      if (items.size() == before && !expression.path.empty())
        return Fault("there is nothing called " + expression.path.back().name + " in FROM", expression);
      if (items.size() == before) return Fault("SELECT * needs a FROM with columns", expression);
      continue;
    }
    TARN_ASSIGN(Value value, Translate(expression, scope));
    OutputColumn column{"", "", value.type};
    if (item.alias) {
      column.name = item.alias->name;
      column.shown = item.alias->shown.empty() ? item.alias->name : item.alias->shown;
    } else if (expression.kind == Expression::Kind::kName) {
      column.name = expression.path.back().name;
      column.shown = expression.path.back().shown.empty() ? column.name : expression.path.back().shown;
    } else if (expression.kind == Expression::Kind::kField) {
      column.name = column.shown = expression.text;
    }
    columns.push_back(std::move(column));
    items.push_back(std::move(value));
  }
  return items;
}

Result<std::string> Translator::GroupBy(const Select& select, const Scope& scope,
                                        const std::vector<Value>& items) {
  if (!select.grouped) return std::string();
  const auto one = [&](const Expression& expression) -> Result<std::string> {
    const size_t ordinal = Ordinal(expression);
    if (ordinal < items.size()) return items[ordinal].sql;
    if (expression.kind == Expression::Kind::kInteger)
      return Fault("GROUP BY has no such column: " + expression.text, expression);
    TARN_ASSIGN(const Value key, Translate(expression, scope));
    return key.sql;
  };
  std::string sql = " GROUP BY ";
  for (size_t i = 0; i < select.group_by.size(); ++i) {
    const auto& grouping = select.group_by[i];
    sql += i == 0 ? "" : ", ";
    if (!grouping.kind.empty()) sql += grouping.kind + " (";
    for (size_t j = 0; j < grouping.sets.size(); ++j) {
      sql += j == 0 ? "" : ", ";
      std::string set;
      for (const auto& expression : grouping.sets[j]) {
        TARN_ASSIGN(const std::string key, one(*expression));
        set += (set.empty() ? "" : ", ") + key;
      }
      const bool plain = grouping.kind.empty() && !grouping.sets[j].empty();
      sql += plain ? set : '(' + set + ')';
    }
    if (!grouping.kind.empty()) sql += ')';
  }
  return sql;
}

// A name means the output column first, then the input's.
Result<std::string> Translator::OrderOfSelect(const Query& query, const Scope& scope,
                                              const std::vector<Value>& items,
                                              const std::vector<OutputColumn>& columns) {
  std::string sql;
  for (const auto& item : query.order) {
    const Expression& expression = *item.expression;
    size_t position = Ordinal(expression);
    if (expression.kind == Expression::Kind::kInteger && position >= items.size()) {
      return Fault("ORDER BY has no such column: " + expression.text, expression);
    }
    for (size_t i = 0; position == SIZE_MAX && expression.kind == Expression::Kind::kName &&
                       expression.path.size() == 1 && i < columns.size();
         ++i) {
      if (!columns[i].name.empty() && columns[i].name == expression.path[0].name) position = i;
    }
    std::string key;
    if (position == SIZE_MAX) {
      Scope with_outputs = scope;
      TARN_ASSIGN(const Value value, Translate(expression, with_outputs));
      key = value.sql;
      for (size_t i = 0; i < items.size(); ++i) {
        if (Bare(items[i].sql) == Bare(key)) position = i;
      }
    }
    if (position != SIZE_MAX) key = std::to_string(position + 1);
    sql += (sql.empty() ? " ORDER BY " : ", ") + key + (item.descending ? " DESC" : " ASC") +
           (item.nulls_first.value_or(false) ? " NULLS FIRST" : " NULLS LAST");
  }
  return sql;
}

}  // namespace tarn::query

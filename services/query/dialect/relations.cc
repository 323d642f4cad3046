#include <algorithm>

#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using Kind = Relation::Kind;
using TypeKind = TrinoType::Kind;

const ScopeColumn* Find(const std::vector<ScopeColumn>& columns, const std::string& name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ScopeColumn& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace

Result<TranslatedRelation> Translator::TranslateRelation(const Relation& relation, const Scope& before) {
  TranslatedRelation translated;
  switch (relation.kind) {
    case Kind::kTable: {
      TARN_ASSIGN(translated, TranslateTable(relation));
      break;
    }
    case Kind::kQuery: {
      TARN_ASSIGN(const auto query,
                  TranslateQuery(*relation.query, relation.lateral ? &before : before.outer));
      translated = Derived(query, relation.lateral);
      break;
    }
    case Kind::kUnnest: {
      TARN_ASSIGN(translated, TranslateUnnest(relation, before));
      break;
    }
    case Kind::kJoin:
      return TranslateJoin(relation, before);
    case Kind::kValues:
      return FaultAt("VALUES stands in parentheses here", relation.position);
  }
  TARN_TRY(Rename(relation, translated.columns));
  return translated;
}

TranslatedRelation Translator::Derived(const TranslatedQuery& query, bool lateral) {
  TranslatedRelation relation;
  const std::string alias = Fresh("r");
  relation.sql = (lateral ? "LATERAL (" : "(") + query.sql + ") AS " + alias;
  for (size_t i = 0; i < query.columns.size(); ++i) {
    const auto& column = query.columns[i];
    relation.columns.push_back(
        {column.name, "", "", alias + ".c" + std::to_string(i), column.type, column.shown});
  }
  return relation;
}

Status Translator::Rename(const Relation& relation, std::vector<ScopeColumn>& columns) {
  if (!relation.columns.empty() && relation.columns.size() != columns.size()) {
    return FaultAt("the alias names " + std::to_string(relation.columns.size()) + " columns, there are " +
                       std::to_string(columns.size()),
                   relation.position);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (relation.alias) {
      columns[i].relation = relation.alias->name;
      columns[i].database.clear();
    }
    if (i >= relation.columns.size()) continue;
    columns[i].name = relation.columns[i].name;
    columns[i].shown =
        relation.columns[i].shown.empty() ? relation.columns[i].name : relation.columns[i].shown;
  }
  return Ok();
}

Result<TranslatedRelation> Translator::TranslateTable(const Relation& relation) {
  const std::string& name = relation.name.back().name;
  const std::string database = relation.name.size() == 2 ? relation.name[0].name : "";
  TranslatedRelation translated;
  const std::string alias = Fresh("r");
  for (auto common = common_tables_.rbegin(); database.empty() && common != common_tables_.rend(); ++common) {
    if (common->name != name) continue;
    translated.sql = common->sql_name + " AS " + alias;
    for (size_t i = 0; i < common->columns.size(); ++i) {
      const auto& column = common->columns[i];
      translated.columns.push_back(
          {column.name, name, "", alias + ".c" + std::to_string(i), column.type, column.shown});
    }
    return translated;
  }
  const auto table = tables_.find({database, name});
  if (table == tables_.end())
    return FaultAt("there is no table " + (database.empty() ? "" : database + '.') + name, relation.position);
  translated.sql = '\xFF' + std::to_string(relation.position) + '\xFF' +
                   (database.empty() ? "" : duckdb::QuoteIdentifier(database) + '.') +
                   duckdb::QuoteIdentifier(name) + " AS " + alias;
  if (!relation.sample.empty()) {
    const auto kind = relation.sample_percent->kind;
    if (kind != Expression::Kind::kInteger && kind != Expression::Kind::kDecimal) {
      return FaultAt("TABLESAMPLE takes a number of percent", relation.position);
    }
    translated.sql += " TABLESAMPLE " + relation.sample + '(' + relation.sample_percent->text + " PERCENT)";
  }
  for (const auto& column : table->second) {
    auto type = FromDuckDbType(column.type);
    // A column of another type can stay as long as nobody asks for it.
    if (!type.ok()) continue;
    translated.columns.push_back({FoldCase(column.name), name, database,
                                  alias + '.' + duckdb::QuoteIdentifier(column.name), std::move(*type),
                                  column.name});
  }
  return translated;
}

Result<TranslatedRelation> Translator::TranslateJoin(const Relation& relation, const Scope& before) {
  TARN_ASSIGN(TranslatedRelation left, TranslateRelation(*relation.left, before));
  Scope seen;
  seen.outer = before.outer;
  seen.columns = before.columns;
  seen.columns.insert(seen.columns.end(), left.columns.begin(), left.columns.end());
  TARN_ASSIGN(TranslatedRelation right, TranslateRelation(*relation.right, seen));
  TranslatedRelation joined;
  joined.sql = left.sql + (relation.join == "CROSS" ? " CROSS JOIN " : ' ' + relation.join + " JOIN ");
  const bool nested = relation.right->kind == Kind::kJoin;
  joined.sql += nested ? '(' + right.sql + ')' : right.sql;
  std::vector<ScopeColumn> merged;
  if (!relation.using_columns.empty()) {
    TARN_ASSIGN(const std::string on, JoinUsing(relation, left, right, merged));
    joined.sql += " ON " + on;
  }
  joined.columns = merged;
  for (const auto* side : {&left.columns, &right.columns}) {
    for (const auto& column : *side) {
      if (!Find(merged, column.name) || column.name.empty()) joined.columns.push_back(column);
    }
  }
  if (relation.on) {
    Scope both;
    both.outer = before.outer;
    both.columns = joined.columns;
    TARN_ASSIGN(Value on, Translate(*relation.on, both));
    TARN_ASSIGN(on, Coerce(std::move(on), MakeType(TypeKind::kBoolean), *relation.on));
    joined.sql += " ON " + on.sql;
  }
  return joined;
}

Result<std::string> Translator::JoinUsing(const Relation& relation, const TranslatedRelation& left,
                                          const TranslatedRelation& right, std::vector<ScopeColumn>& merged) {
  std::string on;
  Expression at;
  at.position = relation.position;
  for (const auto& name : relation.using_columns) {
    const ScopeColumn* a = Find(left.columns, name.name);
    const ScopeColumn* b = Find(right.columns, name.name);
    if (!a || !b) return FaultAt("both sides of the join need a column " + name.name, relation.position);
    Value x = Make(a->sql, a->type), y = Make(b->sql, b->type);
    x.simple = y.simple = true;
    TARN_ASSIGN(const Value equal, Compare(at, "=", x, y));
    on += (on.empty() ? "" : " AND ") + equal.sql;
    std::vector<Value> both = {x, y};
    TrinoType common;
    TARN_TRY(Unify(both, common, at));
    std::string sql = both[0].sql;
    if (relation.join == "RIGHT") sql = both[1].sql;
    if (relation.join == "FULL") sql = "coalesce(" + both[0].sql + ", " + both[1].sql + ')';
    merged.push_back({name.name, "", "", sql, common, a->shown});
  }
  return on;
}

// UNNEST(a, m) WITH ORDINALITY is a lateral query that unnests in step; what ends first is filled with NULL.
Result<TranslatedRelation> Translator::TranslateUnnest(const Relation& relation, const Scope& before) {
  TARN_ASSIGN(auto values, TranslateAll(relation.arguments, before));
  TranslatedQuery query;
  query.sql = "SELECT ";
  std::string longest;
  const auto add = [&](const std::string& list, const TrinoType& element) {
    query.sql += (query.columns.empty() ? "" : ", ") +
                 ("unnest(" + list + ") AS c" + std::to_string(query.columns.size()));
    query.columns.push_back({"", "", element});
  };
  for (auto& value : values) {
    if (value.type.kind == TypeKind::kMap) {
      add("map_keys(" + value.sql + ')', value.type.children[0]);
      add("map_values(" + value.sql + ')', value.type.children[1]);
      longest += (longest.empty() ? "" : ", ") + ("coalesce(cardinality(" + value.sql + "), 0)");
      continue;
    }
    if (value.type.kind != TypeKind::kArray)
      return FaultAt("UNNEST takes arrays and maps, got " + value.type.Name(), relation.position);
    longest += (longest.empty() ? "" : ", ") + ("coalesce(len(" + value.sql + "), 0)");
    const TrinoType& element = value.type.element();
    if (element.kind != TypeKind::kRow) {
      add(value.sql, element);
      continue;
    }
    for (size_t i = 0; i < element.children.size(); ++i) {
      const std::string name = Fresh("u");
      add("list_transform(" + value.sql + ", lambda " + name + ": struct_extract(" + name + ", " +
              duckdb::QuoteLiteral(element.StorageField(i)) + "))",
          element.children[i]);
      query.columns.back().name = FoldCase(element.fields[i]);
      query.columns.back().shown = element.fields[i];
    }
  }
  if (relation.ordinality) {
    add("range(1, greatest(" + longest + ") + 1)", MakeType(TypeKind::kBigint));
    query.columns.back().name = query.columns.back().shown = "ordinality";
  }
  return Derived(query, true);
}

}  // namespace tarn::query

#include "services/query/dialect/parser.h"

#include <utility>

#include "services/query/dialect/expression_parser.h"

namespace tarn::query {
namespace {

class QueryParser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Result<ParsedStatement> Run() {
    ParsedStatement statement;
    if (EatWord("EXPLAIN")) {
      if (IsSymbol("(")) return Fault("EXPLAIN takes no options here");
      statement.prefix = EatWord("ANALYZE") ? "EXPLAIN ANALYZE " : "EXPLAIN ";
    }
    if (!AtQuery()) return Expected("SELECT, WITH, VALUES or TABLE");
    TARN_ASSIGN(statement.query, ParseQuery());
    EatSymbol(";");
    if (!AtEnd()) return Expected("the end of the statement");
    statement.parameters = parameters_;
    return statement;
  }

 protected:
  Result<std::unique_ptr<Query>> ParseQuery() override {
    const Level level(depth_);
    if (depth_ > kMaxDepth) return Fault("the statement is nested too deeply");
    auto query = std::make_unique<Query>();
    if (EatWord("WITH")) TARN_TRY(ParseWith(*query));
    TARN_ASSIGN(query->body, ParseUnion());
    if (IsWord("ORDER")) {
      TARN_ASSIGN(query->order, ParseOrderBy());
    }
    TARN_TRY(ParseLimits(*query));
    return query;
  }

 private:
  Status ParseWith(Query& query) {
    query.recursive = EatWord("RECURSIVE");
    if (IsWord("FUNCTION")) return Fault("functions of a query's own are not supported");
    do {
      CommonTable table;
      table.position = Peek().position;
      TARN_ASSIGN(table.name, Name("the name of a common table"));
      if (IsSymbol("(")) {
        TARN_ASSIGN(table.columns, NameList());
      }
      TARN_TRY(NeedWord("AS"));
      TARN_TRY(NeedSymbol("("));
      TARN_ASSIGN(table.query, ParseQuery());
      TARN_TRY(NeedSymbol(")"));
      query.with.push_back(std::move(table));
    } while (EatSymbol(","));
    return Ok();
  }

  Status ParseLimits(Query& query) {
    if (EatWord("OFFSET")) {
      TARN_ASSIGN(query.offset, ParsePrimaryNumber());
      if (!EatWord("ROWS")) EatWord("ROW");
    }
    if (EatWord("LIMIT")) {
      if (EatWord("ALL")) return Ok();
      TARN_ASSIGN(query.limit, ParsePrimaryNumber());
    } else if (EatWord("FETCH")) {
      if (!EatWord("FIRST")) TARN_TRY(NeedWord("NEXT"));
      if (!IsWord("ROW") && !IsWord("ROWS")) {
        TARN_ASSIGN(query.limit, ParsePrimaryNumber());
      } else {
        query.limit = std::make_unique<Expression>();
        query.limit->kind = Expression::Kind::kInteger;
        query.limit->text = "1";
      }
      if (!EatWord("ROWS")) TARN_TRY(NeedWord("ROW"));
      if (IsWord("WITH")) return Fault("WITH TIES is not supported");
      TARN_TRY(NeedWord("ONLY"));
    }
    return Ok();
  }

  Result<ExpressionPointer> ParsePrimaryNumber() {
    const auto kind = Peek().kind;
    if (kind != Token::Kind::kInteger && kind != Token::Kind::kParameter) return Expected("a number of rows");
    return ParseExpression();
  }

  Result<QueryBody> Combine(QueryBody left, std::string operation, QueryBody right) {
    QueryBody both;
    both.position = left.position;
    both.set_operation = std::move(operation);
    both.left = std::make_unique<QueryBody>(std::move(left));
    both.right = std::make_unique<QueryBody>(std::move(right));
    return both;
  }

  Result<QueryBody> ParseUnion() {
    TARN_ASSIGN(auto left, ParseIntersect());
    while (IsWord("UNION") || IsWord("EXCEPT")) {
      const std::string operation = Take().text;
      const bool all = EatWord("ALL");
      if (!all) EatWord("DISTINCT");
      if (IsWord("CORRESPONDING")) return Fault("CORRESPONDING is not supported");
      TARN_ASSIGN(auto right, ParseIntersect());
      TARN_ASSIGN(left, Combine(std::move(left), operation, std::move(right)));
      left.all = all;
    }
    return left;
  }

  Result<QueryBody> ParseIntersect() {
    TARN_ASSIGN(auto left, ParseQueryPrimary());
    while (EatWord("INTERSECT")) {
      const bool all = EatWord("ALL");
      if (!all) EatWord("DISTINCT");
      TARN_ASSIGN(auto right, ParseQueryPrimary());
      TARN_ASSIGN(left, Combine(std::move(left), "INTERSECT", std::move(right)));
      left.all = all;
    }
    return left;
  }

  Result<QueryBody> ParseQueryPrimary() {
    QueryBody body;
    body.position = Peek().position;
    if (EatSymbol("(")) {
      TARN_ASSIGN(body.query, ParseQuery());
      TARN_TRY(NeedSymbol(")"));
    } else if (EatWord("VALUES")) {
      TARN_TRY(ParseValues(body));
    } else if (EatWord("TABLE")) {
      body.select = std::make_unique<Select>();
      TARN_ASSIGN(body.select->from, ParseTable());
      SelectItem star;
      star.expression = std::make_unique<Expression>();
      star.expression->kind = Expression::Kind::kStar;
      star.expression->position = body.position;
      body.select->items.push_back(std::move(star));
    } else {
      TARN_ASSIGN(body.select, ParseSelect());
    }
    return body;
  }

  Status ParseValues(QueryBody& body) {
    do {
      std::vector<ExpressionPointer> row;
      TARN_ASSIGN(auto value, ParseExpression());
      if (value->kind == Expression::Kind::kRow)
        row = std::move(value->arguments);
      else
        row.push_back(std::move(value));
      body.values.push_back(std::move(row));
    } while (EatSymbol(","));
    return Ok();
  }

  Result<std::unique_ptr<Select>> ParseSelect() {
    auto select = std::make_unique<Select>();
    TARN_TRY(NeedWord("SELECT"));
    select->distinct = EatWord("DISTINCT");
    if (!select->distinct) EatWord("ALL");
    do {
      TARN_TRY(ParseItem(*select));
    } while (EatSymbol(","));
    if (EatWord("FROM")) {
      TARN_ASSIGN(select->from, ParseFrom());
    }
    if (EatWord("WHERE")) {
      TARN_ASSIGN(select->where, ParseExpression());
    }
    if (EatWord("GROUP")) TARN_TRY(ParseGroupBy(*select));
    if (EatWord("HAVING")) {
      TARN_ASSIGN(select->having, ParseExpression());
    }
    if (EatWord("WINDOW")) TARN_TRY(ParseWindows(*select));
    return select;
  }

  // Words that are not reserved, but begin the next clause rather than an alias.
  bool AtClause() const {
    return IsWord("WINDOW") || IsWord("LIMIT") || IsWord("OFFSET") || IsWord("FETCH") ||
           IsWord("TABLESAMPLE");
  }

  Status ParseItem(Select& select) {
    SelectItem item;
    if (IsSymbol("*")) {
      item.expression = std::make_unique<Expression>();
      item.expression->kind = Expression::Kind::kStar;
      item.expression->position = Take().position;
    } else {
      TARN_ASSIGN(item.expression, ParseExpression());
      const bool aliased = EatWord("AS");
      if (aliased || (AtName() && !AtClause())) {
        TARN_ASSIGN(item.alias, Name("a name"));
      }
    }
    select.items.push_back(std::move(item));
    return Ok();
  }

  Status ParseGroupBy(Select& select) {
    TARN_TRY(NeedWord("BY"));
    if (IsWord("AUTO")) return Fault("GROUP BY AUTO is not supported");
    if (IsWord("DISTINCT")) return Fault("GROUP BY DISTINCT is not supported");
    EatWord("ALL");
    select.grouped = true;
    do {
      Grouping grouping;
      if (EatWord("ROLLUP"))
        grouping.kind = "ROLLUP";
      else if (EatWord("CUBE"))
        grouping.kind = "CUBE";
      else if (EatWords({"GROUPING", "SETS"}))
        grouping.kind = "GROUPING SETS";
      if (grouping.kind.empty()) {
        TARN_ASSIGN(auto set, ParseGroupingSet());
        grouping.sets.push_back(std::move(set));
      } else {
        TARN_TRY(NeedSymbol("("));
        do {
          TARN_ASSIGN(auto set, ParseGroupingSet());
          grouping.sets.push_back(std::move(set));
        } while (EatSymbol(","));
        TARN_TRY(NeedSymbol(")"));
      }
      select.group_by.push_back(std::move(grouping));
    } while (EatSymbol(","));
    return Ok();
  }

  Result<std::vector<ExpressionPointer>> ParseGroupingSet() {
    std::vector<ExpressionPointer> set;
    if (IsSymbol("(") && IsSymbol(")", 1)) {
      Take();
      Take();
      return set;
    }
    TARN_ASSIGN(auto value, ParseExpression());
    if (value->kind == Expression::Kind::kRow) return std::move(value->arguments);
    set.push_back(std::move(value));
    return set;
  }

  Status ParseWindows(Select& select) {
    do {
      TARN_ASSIGN(const Identifier name, Name("a window's name"));
      TARN_TRY(NeedWord("AS"));
      TARN_TRY(NeedSymbol("("));
      TARN_ASSIGN(auto window, ParseWindow());
      TARN_TRY(NeedSymbol(")"));
      select.windows.emplace_back(name.name, std::move(window));
    } while (EatSymbol(","));
    return Ok();
  }

  std::unique_ptr<Relation> Join(std::string kind, std::unique_ptr<Relation> left,
                                 std::unique_ptr<Relation> right) {
    auto join = std::make_unique<Relation>();
    join->kind = Relation::Kind::kJoin;
    join->position = left->position;
    join->join = std::move(kind);
    join->left = std::move(left);
    join->right = std::move(right);
    return join;
  }

  Result<std::unique_ptr<Relation>> ParseFrom() {
    TARN_ASSIGN(auto left, ParseJoins());
    while (EatSymbol(",")) {
      TARN_ASSIGN(auto right, ParseJoins());
      left = Join("CROSS", std::move(left), std::move(right));
    }
    return left;
  }

  Result<std::unique_ptr<Relation>> ParseJoins() {
    const Level level(depth_);
    if (depth_ > kMaxDepth) return Fault("the statement is nested too deeply");
    TARN_ASSIGN(auto left, ParseTable());
    while (true) {
      if (IsWord("NATURAL")) return Fault("NATURAL JOIN is not supported; name the columns with USING");
      std::string kind = "INNER";
      if (EatWords({"CROSS", "JOIN"})) {
        TARN_ASSIGN(auto right, ParseTable());
        left = Join("CROSS", std::move(left), std::move(right));
        continue;
      }
      for (const auto side : {"LEFT", "RIGHT", "FULL"}) {
        if (!EatWord(side)) continue;
        EatWord("OUTER");
        kind = side;
      }
      if (kind == "INNER") EatWord("INNER");
      if (!IsWord("JOIN")) return left;
      Take();
      TARN_ASSIGN(auto right, ParseTable());
      left = Join(kind, std::move(left), std::move(right));
      if (EatWord("ON")) {
        TARN_ASSIGN(left->on, ParseExpression());
      } else if (EatWord("USING")) {
        TARN_ASSIGN(left->using_columns, NameList());
      } else {
        return Expected("ON or USING");
      }
    }
  }

  Result<std::unique_ptr<Relation>> ParseTable() {
    auto relation = std::make_unique<Relation>();
    relation->position = Peek().position;
    if (EatWord("UNNEST")) {
      relation->kind = Relation::Kind::kUnnest;
      TARN_TRY(NeedSymbol("("));
      TARN_ASSIGN(relation->arguments, ParseExpressions());
      TARN_TRY(NeedSymbol(")"));
      relation->ordinality = EatWords({"WITH", "ORDINALITY"});
    } else if (IsWord("LATERAL") && IsSymbol("(", 1)) {
      Take();
      Take();
      relation->kind = Relation::Kind::kQuery;
      relation->lateral = true;
      TARN_ASSIGN(relation->query, ParseQuery());
      TARN_TRY(NeedSymbol(")"));
    } else if (IsSymbol("(")) {
      TARN_ASSIGN(relation, ParseParenthesizedTable(std::move(relation)));
    } else {
      TARN_TRY(ParseTableName(*relation));
    }
    TARN_TRY(ParseAlias(*relation));
    return relation;
  }

  // ((SELECT ...) UNION ...) is a query, ((a JOIN b ...) JOIN ...) a join: only reading on tells.
  Result<std::unique_ptr<Relation>> ParseParenthesizedTable(std::unique_ptr<Relation> relation) {
    const size_t start = at_;
    if (AtQuery()) {
      Take();
      auto query = ParseQuery();
      if (query.ok() && EatSymbol(")")) {
        relation->kind = Relation::Kind::kQuery;
        relation->query = std::move(*query);
        return relation;
      }
      if (!IsSymbol("(", 0) && !query.ok() && !(tokens_[start + 1].text == "(")) return query.error();
      at_ = start;
    }
    Take();
    TARN_ASSIGN(auto inner, ParseFrom());
    TARN_TRY(NeedSymbol(")"));
    return inner;
  }

  Status ParseTableName(Relation& relation) {
    do {
      TARN_ASSIGN(Identifier part, Name("a table's name"));
      relation.name.push_back(std::move(part));
    } while (EatSymbol("."));
    if (IsSymbol("(")) return FaultAt("table functions are not supported", relation.position);
    if (IsWord("FOR")) return Fault("FOR ... AS OF is not supported: a statement reads the current version");
    if (relation.name.size() == 3 && relation.name[0].name == "awsdatacatalog")
      relation.name.erase(relation.name.begin());
    if (relation.name.size() > 2) {
      return FaultAt("a table's name has two parts at most, database.table", relation.position);
    }
    if (EatWord("TABLESAMPLE")) {
      if (!IsWord("BERNOULLI") && !IsWord("SYSTEM")) return Expected("BERNOULLI or SYSTEM");
      relation.sample = Take().text;
      TARN_TRY(NeedSymbol("("));
      TARN_ASSIGN(relation.sample_percent, ParseExpression());
      TARN_TRY(NeedSymbol(")"));
    }
    return Ok();
  }

  Status ParseAlias(Relation& relation) {
    if (IsWord("MATCH_RECOGNIZE") && IsSymbol("(", 1)) return Fault("MATCH_RECOGNIZE is not supported");
    if (!EatWord("AS") && (!AtName() || AtClause())) return Ok();
    TARN_ASSIGN(relation.alias, Name("an alias"));
    if (IsSymbol("(")) {
      TARN_ASSIGN(relation.columns, NameList());
    }
    if (IsWord("TABLESAMPLE")) {
      if (relation.kind != Relation::Kind::kTable) return Fault("TABLESAMPLE is for tables");
      Take();
      if (!IsWord("BERNOULLI") && !IsWord("SYSTEM")) return Expected("BERNOULLI or SYSTEM");
      relation.sample = Take().text;
      TARN_TRY(NeedSymbol("("));
      TARN_ASSIGN(relation.sample_percent, ParseExpression());
      TARN_TRY(NeedSymbol(")"));
    }
    return Ok();
  }
};

}  // namespace

Result<ParsedStatement> ParseStatement(std::string_view sql, const std::vector<Token>& tokens) {
  return QueryParser(sql, tokens).Run();
}

}  // namespace tarn::query

#include "common/sql_gate/syntax_walk.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "common/duckdb/engine.h"
#include "common/sql_gate/row_filters.h"
#include "common/text/lower_case.h"

namespace tarn::sql_gate {
namespace {

using nlohmann::json;

// More expressions than a person writes; the engine's planner takes quadratic time for some shapes of them.
constexpr size_t kMaxExpressions = 50'000;
constexpr size_t kMaxSelects = 1'000;
constexpr size_t kMaxTables = 256;

constexpr auto kNodes = std::to_array<std::string_view>({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"});
constexpr auto kTableRefs = std::to_array<std::string_view>(
    {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "EMPTY_FROM", "PIVOT", "SHOW_REF"});
constexpr auto kExpressions = std::to_array<std::string_view>(
    {"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA",
     "LAMBDA_REF", "OPERATOR", "PARAMETER", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW"});

template <size_t kSize>
bool Has(const std::array<std::string_view, kSize>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A member as text, "" if it is absent (the serializer leaves empty members out).
std::string_view Text(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? std::string_view(found->get_ref<const std::string&>()) : "";
}

const json* Member(const json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

size_t Position(const json& object) {
  const auto found = object.find("query_location");
  return found != object.end() && found->is_number_unsigned() ? found->get<size_t>() : SIZE_MAX;
}

class Walk {
 public:
  Walk(std::string_view sql, const AllowedFunctions& functions) : sql_(sql), functions_(functions) {}

  Result<CheckedStatement> Run(const json& statement) {
    const json* node = Member(statement, "node");
    if (!node) return Error(Code::kUnprocessable, "only queries are allowed");
    if (IsShow(*node)) return ShowStatement((*node)["from_table"]);
    if (const json* from = Member(*node, "from_table")) checked_.describes = Text(*from, "type") == "SHOW_REF";
    TARN_TRY(Node(*node));
    std::sort(checked_.tables.begin(), checked_.tables.end(),
              [](const TableReference& a, const TableReference& b) { return a.position < b.position; });
    return std::move(checked_);
  }

 private:
  using Scope = std::vector<std::string>;  // names of CTEs in sight, in lower case

  Error Refuse(std::string message, const json& object) const {
    Error error(Code::kUnprocessable, std::move(message));
    const size_t position = Position(object);
    return position > sql_.size() ? error : std::move(error).At(duckdb::DescribePosition(sql_, position));
  }

  Status Count(size_t& counter, size_t limit, const char* what, const json& object) {
    if (++counter <= limit) return Ok();
    return Refuse("the statement is too complex: over " + std::to_string(limit) + ' ' + what, object);
  }

  static bool IsShow(const json& node) {
    const json* from = Member(node, "from_table");
    return from && Text(*from, "type") == "SHOW_REF" && !Member(*from, "query");
  }

  Result<CheckedStatement> ShowStatement(const json& show) const {
    const std::string_view type = Text(show, "show_type"), name = Text(show, "table_name");
    CheckedStatement checked;
    if (type == "SHOW_FROM" && Text(show, "catalog_name").empty()) {
      checked.show = ShowCommand{ShowCommand::What::kTables, std::string(Text(show, "schema_name"))};
    } else if (name == "\"tables\"") {
      checked.show = ShowCommand{ShowCommand::What::kTables, ""};
    } else if (name == "\"databases\"") {
      checked.show = ShowCommand{ShowCommand::What::kDatabases, ""};
    } else {
      return Error(Code::kUnprocessable, "of SHOW, only SHOW DATABASES and SHOW TABLES [FROM database] are allowed");
    }
    return checked;
  }

  // Visits whatever may hold queries, table references or expressions.
  Status Visit(const json& value) {
    if (value.is_array()) {
      for (const auto& element : value) TARN_TRY(Visit(element));
      return Ok();
    }
    if (!value.is_object()) return Ok();
    if (value.contains("class")) return Expression(value);
    const std::string_view type = Text(value, "type");
    if (Has(kNodes, type) || type.ends_with("_NODE")) return Node(value);
    if (Has(kTableRefs, type)) return TableRef(value);
    return Members(value);
  }

  Status Members(const json& object, std::initializer_list<std::string_view> except = {}) {
    for (const auto& [name, member] : object.items()) {
      if (std::find(except.begin(), except.end(), name) == except.end()) TARN_TRY(Visit(member));
    }
    return Ok();
  }

  Status Node(const json& node) {
    const std::string_view type = Text(node, "type");
    if (!Has(kNodes, type)) return Refuse("this kind of query is not allowed: " + std::string(type), node);
    TARN_TRY(Count(selects_, kMaxSelects, "SELECTs", node));
    const size_t outer = scope_.size();
    TARN_TRY(CommonTables(node));
    if (type == "RECURSIVE_CTE_NODE") {
      TARN_TRY(Recursive(node));
    } else {
      if (type == "SELECT_NODE") {
        for (auto& found : FindRowFilters(node)) filters_[found.reference] = std::move(found.filters);
      }
      if (const json* from = Member(node, "from_table")) TARN_TRY(TableRef(*from));
      TARN_TRY(Members(node, {"cte_map", "from_table"}));
    }
    scope_.resize(outer);
    return Ok();
  }

  // Each sees those before it, and the node sees all of them.
  Status CommonTables(const json& node) {
    const json* map = Member(node, "cte_map");
    const json* entries = map ? Member(*map, "map") : nullptr;
    if (!entries) return Ok();
    for (const auto& entry : *entries) {
      if (const json* query = Member(entry, "value")) TARN_TRY(Visit(*query));
      scope_.push_back(text::LowerCase(Text(entry, "key")));
    }
    return Ok();
  }

  // Only the part that repeats sees its own name.
  Status Recursive(const json& node) {
    if (const json* first = Member(node, "left")) TARN_TRY(Visit(*first));
    scope_.push_back(text::LowerCase(Text(node, "cte_name")));
    if (const json* repeated = Member(node, "right")) TARN_TRY(Visit(*repeated));
    scope_.pop_back();
    return Members(node, {"cte_map", "left", "right"});
  }

  Status TableRef(const json& ref) {
    const std::string_view type = Text(ref, "type");
    if (!Has(kTableRefs, type)) return Refuse("this kind of source is not allowed in FROM: " + std::string(type), ref);
    if (type == "BASE_TABLE") return BaseTable(ref);
    if (type == "TABLE_FUNCTION") return TableFunction(ref);
    if (type == "SHOW_REF" && !Member(ref, "query")) {
      return Refuse("SHOW stands alone as a statement; in FROM, use a query on a table", ref);
    }
    if (type == "JOIN") {
      for (const char* side : {"left", "right"}) {
        if (const json* joined = Member(ref, side)) TARN_TRY(TableRef(*joined));
      }
      return Members(ref, {"left", "right"});
    }
    if (type == "PIVOT") {
      if (const json* source = Member(ref, "source")) TARN_TRY(TableRef(*source));
      return Members(ref, {"source"});
    }
    return Members(ref);
  }

  Status BaseTable(const json& ref) {
    const std::string database(Text(ref, "schema_name")), table(Text(ref, "table_name"));
    if (Member(ref, "at_clause")) return Refuse("AT (...) is not supported here; of a table alone, write FOR VERSION AS OF", ref);
    if (!Text(ref, "catalog_name").empty()) {
      return Refuse("a table's name has two parts at most, database.table; got three: " +
                        std::string(Text(ref, "catalog_name")) + '.' + database + '.' + table, ref);
    }
    const std::string lower = text::LowerCase(table);
    const bool is_common = database.empty() && std::find(scope_.begin(), scope_.end(), lower) != scope_.end();
    if (!is_common) TARN_TRY(AddTable(database, table, ref));
    return Members(ref);
  }

  Status AddTable(const std::string& database, const std::string& table, const json& ref) {
    auto& filters = filters_[&ref];
    const auto [known, added] =
        seen_.emplace(text::LowerCase(database) + '\n' + text::LowerCase(table), checked_.tables.size());
    if (added) {
      if (checked_.tables.size() == kMaxTables) return Refuse("the statement reads more than 256 tables", ref);
      checked_.tables.push_back({database, table, Position(ref), std::move(filters)});
      return Ok();
    }
    ++checked_.tables[known->second].uses;
    // All places that read the table get the same files: only what holds for each of them holds.
    std::erase_if(checked_.tables[known->second].filters, [&](const table_filter::Filter& filter) {
      return std::find(filters.begin(), filters.end(), filter) == filters.end();
    });
    return Ok();
  }

  Status TableFunction(const json& ref) {
    const json* function = Member(ref, "function");
    const std::string name(function ? Text(*function, "function_name") : "");
    if (!functions_.Table(name)) {
      return Refuse("this function is not allowed in FROM (read tables by their cataloged names): " + name, ref);
    }
    TARN_TRY(Count(expressions_, kMaxExpressions, "expressions", ref));
    TARN_TRY(Members(*function));  // its arguments
    return Members(ref, {"function"});
  }

  Status Expression(const json& expression) {
    const std::string_view kind = Text(expression, "class");
    if (!Has(kExpressions, kind)) return Refuse("this kind of expression is not allowed: " + std::string(kind), expression);
    TARN_TRY(Count(expressions_, kMaxExpressions, "expressions", expression));
    if (kind == "CONSTANT") return Ok();
    checked_.has_parameters |= kind == "PARAMETER";
    if (kind == "FUNCTION" || kind == "WINDOW") {
      const std::string name(Text(expression, "function_name"));
      if (!functions_.Scalar(name)) return Refuse("there is no such function, or it is not allowed: " + name, expression);
    }
    return Members(expression);
  }

  std::string_view sql_;
  const AllowedFunctions& functions_;
  CheckedStatement checked_;
  Scope scope_;
  std::unordered_map<std::string, size_t> seen_;  // position in checked_.tables
  std::unordered_map<const json*, std::vector<table_filter::Filter>> filters_;  // of each BASE_TABLE
  size_t expressions_ = 0, selects_ = 0;
};

}  // namespace

Result<CheckedStatement> WalkSyntax(const json& statement, std::string_view sql, const AllowedFunctions& functions) {
  return Walk(sql, functions).Run(statement);
}

}  // namespace tarn::sql_gate

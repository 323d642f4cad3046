#include "services/query/dialect/table_names.h"

#include <algorithm>
#include <string>

#include "common/duckdb/engine.h"
#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

class Collector {
 public:
  explicit Collector(std::string_view sql) : sql_(sql) {}

  Status Visit(const Query& query) {
    const size_t outer = common_.size();
    for (const auto& table : query.with) {
      if (query.recursive) common_.push_back(table.name.name);
      TARN_TRY(Visit(*table.query));
      if (!query.recursive) common_.push_back(table.name.name);
    }
    TARN_TRY(Visit(query.body));
    TARN_TRY(Visit(query.order));
    common_.resize(outer);
    return Ok();
  }

  std::vector<AthenaTable> tables;

 private:
  Status Visit(const QueryBody& body) {
    if (body.select) TARN_TRY(Visit(*body.select));
    if (body.query) TARN_TRY(Visit(*body.query));
    if (body.left) TARN_TRY(Visit(*body.left));
    if (body.right) TARN_TRY(Visit(*body.right));
    for (const auto& row : body.values) TARN_TRY(Visit(row));
    return Ok();
  }

  Status Visit(const Select& select) {
    for (const auto& item : select.items) TARN_TRY(Visit(item.expression));
    if (select.from) TARN_TRY(Visit(*select.from));
    TARN_TRY(Visit(select.where));
    TARN_TRY(Visit(select.having));
    for (const auto& grouping : select.group_by) {
      for (const auto& set : grouping.sets) TARN_TRY(Visit(set));
    }
    for (const auto& [name, window] : select.windows) TARN_TRY(Visit(window));
    return Ok();
  }

  Status Visit(const Relation& relation) {
    if (relation.kind == Relation::Kind::kTable) AddTable(relation);
    if (relation.query) TARN_TRY(Visit(*relation.query));
    if (relation.left) TARN_TRY(Visit(*relation.left));
    if (relation.right) TARN_TRY(Visit(*relation.right));
    TARN_TRY(Visit(relation.on));
    return Visit(relation.arguments);
  }

  void AddTable(const Relation& relation) {
    AthenaTable table{"", relation.name.back().name, relation.position};
    if (relation.name.size() == 2) table.database = relation.name[0].name;
    if (table.database.empty() && std::find(common_.begin(), common_.end(), table.name) != common_.end())
      return;
    const auto same = [&](const AthenaTable& known) {
      return known.database == table.database && known.name == table.name;
    };
    const auto known = std::find_if(tables.begin(), tables.end(), same);
    if (known == tables.end())
      tables.push_back(std::move(table));
    else
      ++known->uses;
  }

  Status Visit(const Window& window) {
    TARN_TRY(Visit(window.partition));
    return Visit(window.order);
  }

  Status Visit(const std::vector<SortItem>& items) {
    for (const auto& item : items) TARN_TRY(Visit(item.expression));
    return Ok();
  }

  Status Visit(const std::vector<ExpressionPointer>& expressions) {
    for (const auto& expression : expressions) TARN_TRY(Visit(expression));
    return Ok();
  }

  Status Visit(const ExpressionPointer& expression) {
    if (!expression) return Ok();
    if (expression->kind == Expression::Kind::kCall) TARN_TRY(CheckFunction(*expression));
    if (expression->query) TARN_TRY(Visit(*expression->query));
    if (expression->window) TARN_TRY(Visit(*expression->window));
    TARN_TRY(Visit(expression->filter));
    TARN_TRY(Visit(expression->order));
    return Visit(expression->arguments);
  }

  Status CheckFunction(const Expression& call) const {
    const CompiledFunction* function = FindFunction(call.text);
    if (function && function->entry->how != How::kUnsupported) return Ok();
    std::string message = "the athena dialect has no function " + call.text;
    if (function) {
      message = "the athena dialect does not support " + call.text + ": " +
                std::string(function->entry->description);
    } else {
      const auto near = FunctionsLike(call.text);
      for (size_t i = 0; i < near.size(); ++i) message += (i == 0 ? "; names like it: " : ", ") + near[i];
    }
    return Error(Code::kUnprocessable, message).At(duckdb::DescribePosition(sql_, call.position));
  }

  std::string_view sql_;
  std::vector<std::string> common_;
};

}  // namespace

Result<std::vector<AthenaTable>> NamesOf(const Query& query, std::string_view sql) {
  Collector collector(sql);
  TARN_TRY(collector.Visit(query));
  return std::move(collector.tables);
}

}  // namespace tarn::query

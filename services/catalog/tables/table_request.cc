#include "services/catalog/tables/table_request.h"

#include <array>
#include <nlohmann/json.hpp>

#include "common/table_filter/filter_message.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

using table_filter::Filter;
using table_filter::kMaxFilters;
using table_filter::kMaxValues;
using table_filter::Literal;
using table_filter::Operator;

struct NamedOperator {
  const char* name;
  Operator op;
};
constexpr auto kOperators = std::to_array<NamedOperator>({{"=", Operator::kEqual},
                                                          {"<", Operator::kLess},
                                                          {"<=", Operator::kLessOrEqual},
                                                          {">", Operator::kGreater},
                                                          {">=", Operator::kGreaterOrEqual},
                                                          {"in", Operator::kIn},
                                                          {"is null", Operator::kIsNull},
                                                          {"is not null", Operator::kIsNotNull}});

Error TooManyFilters(size_t count) {
  return Error(Code::kInvalidArgument,
               "a table takes at most " + std::to_string(kMaxFilters) + " filters; got " + std::to_string(count));
}

Error VersionAndTime() {
  return Error(Code::kInvalidArgument, "give a version or a time, not both");
}

std::optional<Operator> FindOperator(const std::string& name) {
  for (const NamedOperator& one : kOperators) {
    if (name == one.name) return one.op;
  }
  return std::nullopt;
}

std::optional<Literal> ReadLiteral(const nlohmann::json& value) {
  if (value.is_string()) return Literal{Literal::Kind::kText, value.get<std::string>()};
  if (value.is_number_integer()) return Literal{Literal::Kind::kNumber, value.dump()};
  if (value.is_number()) return Literal{Literal::Kind::kDouble, value.dump()};
  if (value.is_boolean()) return Literal{Literal::Kind::kBoolean, value.dump()};
  return std::nullopt;
}

bool TakesValues(Operator op, size_t count) {
  if (op == Operator::kIsNull || op == Operator::kIsNotNull) return count == 0;
  return op == Operator::kIn ? count >= 1 && count <= kMaxValues : count == 1;
}

Result<Filter> ReadFilterJson(const nlohmann::json& value, const std::string& path) {
  json::ObjectReader reader(value, path);
  Filter filter{reader.RequiredString("column")};
  const auto op = FindOperator(reader.RequiredString("operator"));
  if (!op) reader.Fail("operator", "must be one of =, <, <=, >, >=, in, is null, is not null");
  const nlohmann::json* values = reader.OptionalArray("values");
  for (size_t i = 0; values && i < values->size(); ++i) {
    const auto literal = ReadLiteral((*values)[i]);
    if (!literal) reader.Fail("values", "must be numbers, texts or booleans");
    if (literal) filter.values.push_back(*literal);
  }
  if (op && !TakesValues(*op, filter.values.size()))
    reader.Fail("values", "must be one value; for in 1 to 1000, for is null none");
  TARN_TRY(reader.Finish());
  filter.op = *op;
  return filter;
}

}  // namespace

Result<TableRef> ReadTableRequest(const v1::TableRequest& message) {
  TableRef table;
  table.name = {FoldCase(message.database()), FoldCase(message.table())};
  if (message.version() < 0) return Error(Code::kInvalidArgument, "a version is not negative");
  if (message.version() > 0) table.version = message.version();
  if (message.as_of_ms() != 0) table.as_of = FromUnixMillis(message.as_of_ms());
  if (table.version && table.as_of) return VersionAndTime();
  if (static_cast<size_t>(message.filters_size()) > kMaxFilters)
    return TooManyFilters(static_cast<size_t>(message.filters_size()));
  for (const v1::Filter& filter : message.filters()) {
    TARN_ASSIGN(auto read, table_filter::ReadFilter(filter));
    table.filters.push_back(std::move(read));
  }
  table.with_statistics = message.with_statistics();
  table.without_files = message.without_files();
  return table;
}

Result<TableRef> ReadTableRequest(const nlohmann::json& value, const std::string& path) {
  json::ObjectReader reader(value, path);
  TableRef table;
  table.name = {FoldCase(reader.RequiredString("database")), FoldCase(reader.RequiredString("table"))};
  table.version = reader.OptionalInteger("version");
  if (table.version && *table.version < 1) reader.Fail("version", "must be 1 or more");
  if (const auto text = reader.OptionalString("as_of")) {
    const auto time = ParseRfc3339(*text);
    if (!time.ok()) reader.Fail("as_of", time.error().message());
    if (time.ok()) table.as_of = *time;
  }
  table.with_statistics = reader.OptionalBool("with_statistics").value_or(false);
  const nlohmann::json* filters = reader.OptionalArray("filters");
  TARN_TRY(reader.Finish());
  if (table.version && table.as_of) return VersionAndTime().At(path);
  if (filters && filters->size() > kMaxFilters) return TooManyFilters(filters->size()).At(path + "/filters");
  for (size_t i = 0; filters && i < filters->size(); ++i) {
    TARN_ASSIGN(Filter filter, ReadFilterJson((*filters)[i], path + "/filters/" + std::to_string(i)));
    table.filters.push_back(std::move(filter));
  }
  return table;
}

}  // namespace tarn::catalog

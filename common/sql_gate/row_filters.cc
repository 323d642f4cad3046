#include "common/sql_gate/row_filters.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "common/text/lower_case.h"

namespace tarn::sql_gate {
namespace {

using nlohmann::json;
using table_filter::Filter;
using table_filter::Literal;
using table_filter::Operator;

constexpr auto kIntegers = std::to_array<std::string_view>(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"});

bool IsInteger(std::string_view type) { return std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end(); }

const json* Member(const json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string_view Text(const json& object, const char* member) {
  const json* found = Member(object, member);
  return found && found->is_string() ? std::string_view(found->get_ref<const std::string&>()) : "";
}

// The type of a constant, or the target of a cast.
std::string_view TypeOf(const json& object, const char* member) {
  const json* type = Member(object, member);
  return type ? Text(*type, "id") : "";
}

// 12.50 is kept as 1250 and a scale of 2.
std::optional<std::string> DecimalText(const json& value, const json& type) {
  const json* info = Member(type, "type_info");
  const json* scale = info ? Member(*info, "scale") : nullptr;
  if (!scale || !scale->is_number_unsigned() || !value.is_number_integer()) return std::nullopt;
  std::string digits = value.dump();
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  const auto places = scale->get<size_t>();
  if (places == 0) return (negative ? "-" : "") + digits;
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  return (negative ? "-" : "") + digits;
}

std::optional<Literal> ConstantLiteral(const json& constant) {
  const json* outer = Member(constant, "value");
  const json* value = outer ? Member(*outer, "value") : nullptr;
  if (!value || outer->value("is_null", true)) return std::nullopt;
  const std::string_view type = TypeOf(*outer, "type");
  if (IsInteger(type) && value->is_number_integer()) return Literal{Literal::Kind::kNumber, value->dump()};
  if (type == "DOUBLE" && value->is_number()) return Literal{Literal::Kind::kDouble, value->dump()};
  if (type == "VARCHAR" && value->is_string()) return Literal{Literal::Kind::kText, value->get<std::string>()};
  if (type == "BOOLEAN" && value->is_boolean()) return Literal{Literal::Kind::kBoolean, value->dump()};
  if (type != "DECIMAL") return std::nullopt;
  auto text = DecimalText(*value, (*outer)["type"]);
  return text ? std::optional(Literal{Literal::Kind::kNumber, std::move(*text)}) : std::nullopt;
}

// DATE '2026-01-01' and the like; true is the cast of a 't'.
std::optional<Literal> CastLiteral(const json& cast) {
  const json* child = Member(cast, "child");
  if (!child || cast.value("try_cast", true)) return std::nullopt;
  const std::string_view kind = Text(*child, "class");
  // Translations cast what is a cast already: CAST(CAST(3 AS INTEGER) AS BIGINT).
  auto literal = kind == "CONSTANT" ? ConstantLiteral(*child) : kind == "CAST" ? CastLiteral(*child) : std::nullopt;
  if (!literal) return std::nullopt;
  const std::string_view type = TypeOf(cast, "cast_type");
  if (IsInteger(type) && literal->kind == Literal::Kind::kNumber) {
    return literal->text.find('.') == std::string::npos ? literal : std::nullopt;
  }
  if (literal->kind != Literal::Kind::kText) return std::nullopt;
  if (type == "VARCHAR") return literal;
  if (type == "DATE") return Literal{Literal::Kind::kDate, literal->text};
  if (type == "TIMESTAMP") return Literal{Literal::Kind::kTimestamp, literal->text};
  if (type == "TIMESTAMP WITH TIME ZONE") return Literal{Literal::Kind::kTimestampTz, literal->text};
  if (type == "BOOLEAN" && literal->text == "t") return Literal{Literal::Kind::kBoolean, "true"};
  if (type == "BOOLEAN" && literal->text == "f") return Literal{Literal::Kind::kBoolean, "false"};
  return std::nullopt;
}

std::optional<Literal> ReadLiteral(const json& expression) {
  const std::string_view kind = Text(expression, "class");
  if (kind == "CONSTANT") return ConstantLiteral(expression);
  return kind == "CAST" ? CastLiteral(expression) : std::nullopt;
}

struct Comparison {
  std::string_view type;
  Operator op, mirrored;  ///< mirrored: with the constant on the left
};
constexpr auto kComparisons = std::to_array<Comparison>({
    {"COMPARE_EQUAL", Operator::kEqual, Operator::kEqual},
    {"COMPARE_LESSTHAN", Operator::kLess, Operator::kGreater},
    {"COMPARE_LESSTHANOREQUALTO", Operator::kLessOrEqual, Operator::kGreaterOrEqual},
    {"COMPARE_GREATERTHAN", Operator::kGreater, Operator::kLess},
    {"COMPARE_GREATERTHANOREQUALTO", Operator::kGreaterOrEqual, Operator::kLessOrEqual},
});

// Collects the filters of one SELECT.
class Collector {
 public:
  std::vector<FilteredReference> Run(const json& select) {
    const json* from = Member(select, "from_table");
    if (from) TakeTables(*from, true);
    single_ = tables_.size() == 1 && from && Text(*from, "type") == "BASE_TABLE";
    const json* where = Member(select, "where_clause");
    if (where && !Member(select, "sample")) TakeCondition(*where);
    return std::move(tables_);
  }

 private:
  // `kept`: the rows that WHERE sees of this source are rows of the source, each at most as often as it joins. Not so
  // on the side of an outer join that is filled up with NULLs.
  void TakeTables(const json& source, bool kept) {
    const std::string_view type = Text(source, "type");
    if (type == "BASE_TABLE") {
      tables_.push_back({&source});
      kept_.push_back(kept && !Member(source, "sample") && !Member(source, "column_name_alias"));
      return;
    }
    if (type != "JOIN") {
      others_.push_back(text::LowerCase(Text(source, "alias")));
      return;
    }
    const std::string_view join = Text(source, "join_type"), how = Text(source, "ref_type");
    const bool plain = how == "REGULAR" || how == "CROSS" || how == "NATURAL";
    const bool left = plain && (join == "INNER" || join == "LEFT" || join == "SEMI" || join == "ANTI");
    const bool right = plain && (join == "INNER" || join == "RIGHT");
    if (const json* side = Member(source, "left")) TakeTables(*side, kept && left);
    if (const json* side = Member(source, "right")) TakeTables(*side, kept && right);
  }

  void TakeCondition(const json& condition) {
    const std::string_view kind = Text(condition, "class"), type = Text(condition, "type");
    if (kind == "CONJUNCTION" && type == "CONJUNCTION_AND") {
      for (const json& child : condition["children"]) TakeCondition(child);
    } else if (kind == "COMPARISON") {
      TakeComparison(condition, type);
    } else if (kind == "BETWEEN" && type == "COMPARE_BETWEEN") {
      const json& column = condition["input"];
      Add(column, Operator::kGreaterOrEqual, {ReadLiteral(condition["lower"])});
      Add(column, Operator::kLessOrEqual, {ReadLiteral(condition["upper"])});
    } else if (kind == "OPERATOR") {
      TakeOperator(condition, type);
    }
  }

  void TakeComparison(const json& condition, std::string_view type) {
    for (const Comparison& comparison : kComparisons) {
      if (comparison.type != type) continue;
      Add(condition["left"], comparison.op, {ReadLiteral(condition["right"])});
      Add(condition["right"], comparison.mirrored, {ReadLiteral(condition["left"])});
    }
  }

  void TakeOperator(const json& condition, std::string_view type) {
    const json* children = Member(condition, "children");
    if (!children || children->empty()) return;
    if (type == "OPERATOR_IS_NULL") Add((*children)[0], Operator::kIsNull, {});
    if (type == "OPERATOR_IS_NOT_NULL") Add((*children)[0], Operator::kIsNotNull, {});
    if (type != "COMPARE_IN" || children->size() < 2 || children->size() > table_filter::kMaxValues + 1) return;
    std::vector<std::optional<Literal>> values;
    for (size_t i = 1; i < children->size(); ++i) values.push_back(ReadLiteral((*children)[i]));
    Add((*children)[0], Operator::kIn, values);
  }

  void Add(const json& column, Operator op, const std::vector<std::optional<Literal>>& values) {
    if (Text(column, "class") != "COLUMN_REF") return;
    const json* names = Member(column, "column_names");
    FilteredReference* table = names ? TableOf(*names) : nullptr;
    if (!table || table->filters.size() >= table_filter::kMaxFilters) return;
    Filter filter{names->back().get<std::string>(), op};
    for (const auto& value : values) {
      if (!value) return;
      filter.values.push_back(*value);
    }
    table->filters.push_back(std::move(filter));
  }

  // The table that a column's name belongs to for sure.
  FilteredReference* TableOf(const json& names) {
    if (names.size() == 1) return single_ && kept_[0] ? &tables_[0] : nullptr;
    if (names.size() != 2) return nullptr;
    const std::string qualifier = text::LowerCase(names[0].get<std::string>());
    FilteredReference* found = nullptr;
    for (size_t i = 0; i < tables_.size(); ++i) {
      const json& reference = *tables_[i].reference;
      const std::string_view alias = Text(reference, "alias");
      if (text::LowerCase(alias.empty() ? Text(reference, "table_name") : alias) != qualifier) continue;
      if (found || !kept_[i]) return nullptr;
      found = &tables_[i];
    }
    const bool ambiguous = std::find(others_.begin(), others_.end(), qualifier) != others_.end();
    return ambiguous ? nullptr : found;
  }

  std::vector<FilteredReference> tables_;
  std::vector<bool> kept_;
  std::vector<std::string> others_;  // names of what is not a table
  bool single_ = false;
};

}  // namespace

std::vector<FilteredReference> FindRowFilters(const json& select) { return Collector().Run(select); }

}  // namespace tarn::sql_gate

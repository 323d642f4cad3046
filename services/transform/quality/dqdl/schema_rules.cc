#include "services/transform/quality/dqdl/schema_rules.h"

#include <algorithm>
#include <set>

namespace tarn::dqdl {
namespace {

Measure Known(const Check& check, double known, const std::string& message = "") {
  Measure measure;
  measure.kind = Measure::Kind::kKnown;
  measure.known = known;
  measure.condition = check.condition;
  measure.error = message;
  return measure;
}

}  // namespace

Measure CountColumns(const Check& check, const Relation& relation) {
  return Known(check, static_cast<double>(relation.columns.size()));
}

Measure FindColumn(const Check& check, const Relation& relation) {
  const bool found =
      std::any_of(relation.columns.begin(), relation.columns.end(),
                  [&](const duckdb::Column& column) { return column.name == check.arguments[0]; });
  if (found) return Known(check, 1);
  return Known(check, 0, "there is no column " + check.arguments[0] + "; there are " + ColumnList(relation));
}

Measure CompareColumns(const Check& check, const Relation& relation, const Relation& other) {
  std::set<std::string> names;
  double same = 0;
  for (const duckdb::Column& column : relation.columns) {
    names.insert(column.name);
    same += std::any_of(other.columns.begin(), other.columns.end(), [&](const duckdb::Column& theirs) {
      return theirs.name == column.name && theirs.type == column.type;
    });
  }
  for (const duckdb::Column& column : other.columns) names.insert(column.name);
  return Known(check, names.empty() ? 1 : same / static_cast<double>(names.size()));
}

std::string ColumnList(const Relation& relation) {
  std::string list;
  for (const duckdb::Column& column : relation.columns)
    list += (list.empty() ? "" : ", ") + duckdb::QuoteIdentifier(column.name);
  return list;
}

}  // namespace tarn::dqdl

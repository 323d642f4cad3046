#include "services/transform/runs/sql_pieces.h"

#include <algorithm>

namespace tarn::transform {

std::string Joined(const std::vector<std::string>& parts, const char* separator) {
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : separator) + part;
  return joined;
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(duckdb::QuoteIdentifier(name));
  return Joined(quoted);
}

std::vector<std::string> NamesOf(const std::vector<duckdb::Column>& columns) {
  std::vector<std::string> names;
  for (const duckdb::Column& column : columns) names.push_back(column.name);
  return names;
}

bool Contains(const std::vector<duckdb::Column>& columns, const std::string& name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const duckdb::Column& column) { return column.name == name; });
}

Error InPlace(const std::string& place, const Error& error) {
  return Error(error.code(), error.message())
      .At(error.where().empty() ? place : place + ", " + error.where());
}

}  // namespace tarn::transform

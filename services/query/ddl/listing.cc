#include "services/query/ddl/listing.h"

#include <string_view>

#include "common/duckdb/engine.h"
#include "common/text/lower_case.h"

namespace tarn::query {
namespace {

std::string RowSql(const std::vector<std::optional<std::string>>& row) {
  std::string sql;
  for (const auto& value : row)
    sql += (sql.empty() ? "(" : ", ") + (value ? duckdb::QuoteLiteral(*value) : "NULL::VARCHAR");
  return sql + ')';
}

// Goes back to the last star only, which takes no more steps than the texts' lengths multiplied.
bool Matches(std::string_view text, std::string_view pattern, char any, char one) {
  size_t at = 0, in = 0, star = std::string_view::npos, resume = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == any) {
      star = in++;
      resume = at;
    } else if (in < pattern.size() && (pattern[in] == text[at] || (one != '\0' && pattern[in] == one))) {
      ++in;
      ++at;
    } else if (star != std::string_view::npos) {
      in = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (in < pattern.size() && pattern[in] == any) ++in;
  return in == pattern.size();
}

}  // namespace

std::string ListingSql(const Listing& listing) {
  std::string names, empty, values;
  for (const auto& column : listing.columns) {
    const std::string quoted = duckdb::QuoteIdentifier(column);
    names += (names.empty() ? "" : ", ") + quoted;
    empty += (empty.empty() ? "" : ", ") + ("NULL::VARCHAR AS " + quoted);
  }
  if (listing.rows.empty()) return "SELECT " + empty + " WHERE false";
  for (const auto& row : listing.rows) values += (values.empty() ? "" : ", ") + RowSql(row);
  return "SELECT * FROM (VALUES " + values + ") AS listing(" + names + ')';
}

bool MatchesPattern(const std::string& name, const std::string& pattern, bool is_like) {
  if (pattern.empty()) return true;
  const std::string text = text::LowerCase(name), wanted = text::LowerCase(pattern);
  if (is_like) return Matches(text, wanted, '%', '_');
  for (size_t begin = 0; begin <= wanted.size();) {
    const size_t end = std::min(wanted.find('|', begin), wanted.size());
    if (Matches(text, std::string_view(wanted).substr(begin, end - begin), '*', '\0')) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace tarn::query

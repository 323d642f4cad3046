#include <algorithm>
#include <array>

#include "common/duckdb/engine.h"

namespace tarn::duckdb {
namespace {

// Words that cannot stand as a name without quotes: duckdb_keywords() without the category `unreserved`, sorted.
constexpr auto kKeywords = std::to_array<std::string_view>({
    "all", "analyse", "analyze", "and", "anti", "any", "array", "as", "asc", "asof", "asymmetric", "at",
    "authorization", "between", "bigint", "binary", "bit", "boolean", "both", "by", "case", "cast",
    "char", "character", "check", "coalesce", "collate", "collation", "column", "columns",
    "concurrently", "constraint", "create", "cross", "dec", "decimal", "default", "deferrable", "desc",
    "describe", "distinct", "do", "else", "end", "except", "exists", "extract", "false", "fetch",
    "float", "for", "foreign", "freeze", "from", "full", "generated", "glob", "group", "grouping",
    "grouping_id", "having", "ilike", "in", "initially", "inner", "inout", "int", "integer",
    "intersect", "interval", "into", "is", "isnull", "join", "lambda", "lateral", "leading", "left",
    "like", "limit", "map", "national", "natural", "nchar", "none", "not", "notnull", "null", "nullif",
    "numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "pivot",
    "pivot_longer", "pivot_wider", "placing", "position", "positional", "precision", "primary",
    "qualify", "real", "references", "returning", "right", "row", "select", "semi", "setof", "show",
    "similar", "smallint", "some", "struct", "substring", "summarize", "symmetric", "table",
    "tablesample", "then", "time", "timestamp", "to", "trailing", "treat", "trim", "true", "try_cast",
    "union", "unique", "unpack", "unpivot", "using", "values", "varchar", "variadic", "verbose", "when",
    "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest",
    "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
});

std::string Quote(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted += quote;
}

bool IsPlainName(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.empty() || is_digit(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace

std::string QuoteLiteral(std::string_view text) { return Quote(text, '\''); }

std::string QuoteIdentifier(std::string_view name) { return Quote(name, '"'); }

std::string QuoteIdentifierIfNeeded(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool keyword = std::binary_search(kKeywords.begin(), kKeywords.end(), lower);
  return IsPlainName(name) && !keyword ? std::string(name) : QuoteIdentifier(name);
}

std::string QuoteLiteralList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const auto& text : texts) {
    if (list.size() > 1) list += ", ";
    list += QuoteLiteral(text);
  }
  return list += ']';
}

}  // namespace tarn::duckdb

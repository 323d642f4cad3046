#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/query/dialect/token_cursor.h"

namespace tarn::query {

/// A table, view or database as a statement names it, in lower case.
struct ObjectName {
  std::string database;  ///< empty: the statement's default
  std::string name;
  size_t position = 0;  ///< byte offset in the SQL

  bool operator==(const ObjectName& other) const { return database == other.database && name == other.name; }
};

/// A query or another statement inside of a statement.
struct InnerText {
  std::string text;
  size_t position = 0;  ///< byte offset in the SQL

  /// The text at its place: what stands before it in `sql` is blank. So positions in it are those of `sql`.
  std::string InPlace(std::string_view sql) const;
};

/// 'key' = 'value' pairs in the order they stand.
using Properties = std::vector<std::pair<std::string, std::string>>;

/// Reads statements that are no queries, word by word. Errors of all methods: kUnprocessable with where() =
/// "line L, column C".
class StatementReader : public TokenCursor {
 public:
  /// `tokens` are those of `sql` and live as long as the reader.
  StatementReader(std::string_view sql, const std::vector<Token>& tokens) : TokenCursor(sql, tokens) {}

  using TokenCursor::AtEnd;
  using TokenCursor::AtName;
  using TokenCursor::EatSymbol;
  using TokenCursor::EatWord;
  using TokenCursor::EatWords;
  using TokenCursor::Expected;
  using TokenCursor::Fault;
  using TokenCursor::FaultAt;
  using TokenCursor::IsSymbol;
  using TokenCursor::IsWord;
  using TokenCursor::NeedSymbol;
  using TokenCursor::NeedWord;
  using TokenCursor::Peek;
  using TokenCursor::Take;

  std::string_view sql() const { return sql_; }

  /// [database.]name; AwsDataCatalog in front of both is left out.
  Result<ObjectName> QualifiedName(std::string_view what);
  /// One name, in lower case.
  Result<std::string> PlainName(std::string_view what);
  /// The same as it is written.
  Result<std::string> WrittenName(std::string_view what);
  Result<std::string> Text(std::string_view what);
  /// A text, number, TRUE or FALSE, or ARRAY[...] as its text.
  Result<std::string> PropertyValue();
  /// ('k' = 'v', ...); keys may be names.
  Result<Properties> PropertyList();
  /// IF [NOT] EXISTS
  bool IfExists() { return EatWords({"IF", "EXISTS"}); }
  bool IfNotExists() { return EatWords({"IF", "NOT", "EXISTS"}); }
  /// (a, b): names in lower case.
  Result<std::vector<Identifier>> Columns() { return NameList(); }
  /// COMMENT 'text', empty if there is none.
  Result<std::string> OptionalComment();

  /// What stands from here to the end, without a semicolon at the end.
  Result<InnerText> Rest(std::string_view what);
  /// What stands in the parentheses that open here.
  Result<InnerText> InParentheses(std::string_view what);
  /// A semicolon at most, and then nothing.
  Status End();
};

}  // namespace tarn::query

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/query/functions/trino_type.h"

namespace tarn::query {

/// ASCII letters in lower case: how names are compared.
std::string FoldCase(std::string_view text);

/// What a translation depends on.
struct DialectOptions {
  std::string session_zone = "UTC";  ///< of times without a zone where one is needed
};

/// A table as a statement names it: database (empty: the default one) and name, in lower case.
struct AthenaTable {
  std::string database, name;
  size_t position = 0;  ///< byte offset in the SQL
  size_t uses = 1;      ///< how often the statement names it
};

/// A table's columns by database and name as the statement writes them, with DuckDB's types.
using TableColumns = std::map<std::pair<std::string, std::string>, std::vector<duckdb::Column>>;

/// Where the pieces of a translation come from.
class OffsetMap {
 public:
  void Add(size_t output, size_t input) { offsets_.emplace_back(output, input); }
  /// The byte offset in the text that the user sent of what stands at `output` in the translation.
  size_t Input(size_t output) const;

 private:
  std::vector<std::pair<size_t, size_t>> offsets_;  // ascending by the first
};

/// A statement in DuckDB's SQL.
struct TranslatedStatement {
  std::string sql;
  OffsetMap offsets;
  std::vector<TrinoType> types;  ///< of the result's columns, in Trino's terms
};

/// Where in `original` the fault lies that an engine places at `where` ("line L, column C") in its
/// translation; `where` itself if it is of another form.
std::string OriginalPosition(const TranslatedStatement& translated, std::string_view original,
                             const std::string& where);

/// An Athena statement that has been read.
class AthenaStatement {
 public:
  /// Reads a statement. DDL, SHOW and DESCRIBE are handed on with their names in double quotes.
  /// Errors: kUnprocessable with where() = "line L, column C" for syntax and functions that the dialect does
  /// not know.
  static Result<AthenaStatement> Parse(std::string_view sql);

  /// The tables that a query reads, each once.
  const std::vector<AthenaTable>& tables() const { return tables_; }
  /// Whether it is a query; anything else is handed on as `passed_on()`.
  bool is_query() const { return is_query_; }
  const std::string& passed_on() const { return passed_on_; }

  /// Translates the query; `columns` has all of tables(). Errors: kUnprocessable for names, types and
  /// constructs that cannot be translated to something of equal value.
  Result<TranslatedStatement> Translate(const TableColumns& columns,
                                        const DialectOptions& options = {}) const;

 private:
  std::string sql_, passed_on_;
  bool is_query_ = false;
  std::vector<AthenaTable> tables_;
};

}  // namespace tarn::query

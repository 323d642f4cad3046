#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/editing/author.h"
#include "services/catalog/editing/precondition.h"
#include "services/catalog/editing/table_editor.h"

namespace tarn::catalog {

/// A table that a person makes before any crawl: where its files are, how they are read, and its columns.
struct TableDeclaration {
  std::string bucket;
  std::string prefix;   ///< ends with '/'
  std::string crawler;  ///< JSON: what else its crawler is told: "exclude", "partitions", "classifiers", ...
  TableEdits edits;     ///< `declared` without ids
};

/// Reads {"location": "bucket/prefix/", "columns": [{"name", "type", "comment", "partition_key"}],
/// "description", "owner", "parameters", "exclude", "partitions", "classifiers", "schema_change"}; the last
/// four are those of a crawler. Errors: kInvalidArgument with where() = the JSON pointer.
Result<TableDeclaration> ReadDeclaration(const nlohmann::json& body);

/// Makes tables that people declare. Each gets a crawler of its own, "<database>.<table>".
class TableDeclarer {
 public:
  /// Makes or replaces a crawler. Errors: kInvalidArgument, kConflict.
  using PutCrawler = std::function<Status(const std::string& name, const nlohmann::json& definition)>;

  /// Drops a table in a transaction that `also` is part of.
  using DropTable = std::function<Status(const std::function<Status()>& also)>;

  /// Removes a crawler as part of what `drop` does: both, or none of them if `drop` fails. kNotFound if there
  /// is no such crawler; then `drop` is not called.
  using RemoveCrawler = std::function<Status(const std::string& name, const DropTable& drop)>;

  TableDeclarer(TableEditor& tables, PutCrawler put_crawler, RemoveCrawler remove_crawler)
      : tables_(tables), put_crawler_(std::move(put_crawler)), remove_crawler_(std::move(remove_crawler)) {}

  /// Makes the table, or declares it anew. Returns whether it is new. If the process dies on the way, the
  /// same call finishes the work. Errors: kInvalidArgument, kConflict for a name that a view or a crawled
  /// table has, kPreconditionFailed, those of the database.
  Result<bool> Put(const TableName& name, const TableDeclaration& declaration, const std::string& body,
                   const Precondition& condition, const Author& author);

  /// Drops any table (TableEditor::Drop), and in the same transaction the crawler of a declared one: alone it
  /// would make the table anew, of all that its files have.
  Status Drop(const TableName& name, bool declared, const Precondition& condition, const Author& author);

 private:
  TableEditor& tables_;
  const PutCrawler put_crawler_;
  const RemoveCrawler remove_crawler_;
};

}  // namespace tarn::catalog

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/editing/author.h"
#include "services/catalog/editing/precondition.h"
#include "services/catalog/editing/table_patch.h"
#include "services/catalog/tables/table_state.h"

namespace tarn::catalog {

/// What people change about tables. Each change is one transaction, and one new version of the table that
/// says who made it. Thread-safe. Errors of all methods: kNotFound, kPreconditionFailed, those of the
/// database.
class TableEditor {
 public:
  /// As SqliteTableStore's; both write through the same connection.
  TableEditor(sqlite::Database& writer, int64_t keep_versions)
      : writer_(writer), keep_versions_(keep_versions) {}

  /// Changes the edits that lie over what crawls found; nothing happens if they are as the patch says.
  /// `patch_text` is kept with the version. Errors: also those of TablePatch::ApplyTo.
  Status Edit(const TableName& name, const TablePatch& patch, const std::string& patch_text,
              const Precondition& condition, const Author& author);

  /// Forgets a table, its versions, edits and tags; its files stay where they are. Events do not bring it
  /// back: a crawl that someone asks for does. `also` is part of the same transaction: its error undoes all.
  Status Drop(const TableName& name, const Precondition& condition, const Author& author,
              const std::function<Status()>& also = {});

  /// Makes a table of these columns (`edits.declared`) that belongs to `crawler`, or declares it anew.
  /// Returns whether it is new. Errors: also kConflict for a name that a view or a table of another crawler
  /// has.
  Result<bool> Declare(const TableName& name, const std::string& crawler, const std::string& location,
                       TableEdits edits, const std::string& body, const Precondition& condition,
                       const Author& author);
  /// Removes a table as if it had never been; nothing if there is none.
  Status Forget(const TableName& name);

 private:
  Result<TableState> OpenDeclared(const TableName& name, const std::string& crawler,
                                  const std::string& location, const Author& author);
  Status Write(TableState& table, const TableEdits& edits, const std::string& patch_text,
               const Author& author);

  sqlite::Database& writer_;
  const int64_t keep_versions_;
};

}  // namespace tarn::catalog

#pragma once

#include <functional>

#include "common/http/message.h"
#include "services/catalog/editing/database_editor.h"
#include "services/catalog/editing/table_declaration.h"
#include "services/catalog/editing/table_editor.h"
#include "services/catalog/tables/table_reader.h"

namespace tarn::catalog {

/// What people change: PUT, PATCH and DELETE of databases, PATCH and DELETE of tables, and their edits.
class EditEndpoints {
 public:
  /// Renders a database or a table as its own GET does.
  using Show = std::function<Result<http::Response>(http::Request&)>;

  EditEndpoints(DatabaseEditor& databases, TableEditor& tables, TableDeclarer& declarer, TableReader& reader,
                Show show_database, Show show_table)
      : databases_(databases),
        tables_(tables),
        declarer_(declarer),
        reader_(reader),
        show_database_(std::move(show_database)),
        show_table_(std::move(show_table)) {}

  Result<http::Response> PutDatabase(http::Request& request);
  Result<http::Response> PatchDatabase(http::Request& request);
  Result<http::Response> DeleteDatabase(http::Request& request);

  /// Declares a table.
  Result<http::Response> PutTable(http::Request& request);
  Result<http::Response> PatchTable(http::Request& request);
  Result<http::Response> DeleteTable(http::Request& request);
  /// What people said of the table, as a patch that says it all would, and what of it does not show.
  Result<http::Response> Edits(http::Request& request);

 private:
  DatabaseEditor& databases_;
  TableEditor& tables_;
  TableDeclarer& declarer_;
  TableReader& reader_;
  const Show show_database_, show_table_;
};

}  // namespace tarn::catalog

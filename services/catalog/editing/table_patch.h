#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/overlay/table_edits.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// A JSON merge patch (RFC 7396) of a table's edits:
///   {"description": "...", "owner": null, "parameters": {"k": "v", "gone": null},
///    "columns": {"preis": {"name": "price", "type": "DECIMAL(10,2)", "comment": "in euros"}, "other": null}}
/// null takes an edit away, so that what crawls found shows again. Columns go by their name in the table, or
/// by the one that files know.
class TablePatch {
 public:
  /// Errors: kInvalidArgument with where() = the JSON pointer, for members that are unknown, of another type
  /// or too long, and for types that are none.
  static Result<TablePatch> Read(const nlohmann::json& body);

  /// Returns the edits after the patch. `columns` are the table's as they are. Errors, with where():
  /// kNotFound for a column that the table lacks; kConflict for a name that another column has;
  /// kUnprocessable for a type that the files' values cannot be read as without loss (TypeFit), and for the
  /// name of a partition key; kTooLarge for over 100 parameters.
  Result<TableEdits> ApplyTo(const TableEdits& edits, const std::vector<Column>& columns) const;

 private:
  // The outer optional says whether the patch has the member, the inner one is empty for null.
  using Member = std::optional<std::optional<std::string>>;
  struct ColumnPatch {
    bool all = false;  // every edit of the column is taken away
    Member name, type, comment;
  };

  static Result<ColumnPatch> ReadColumn(const nlohmann::json& value, const std::string& pointer);
  Status ApplyColumn(const std::string& name, const ColumnPatch& patch, const std::vector<Column>& columns,
                     TableEdits* edits) const;
  Status CheckColumn(const std::string& name, const ColumnPatch& patch, const std::vector<Column>& after,
                     const TableEdits& edits) const;

  Member description_, owner_;
  bool clear_parameters_ = false;
  std::map<std::string, std::optional<std::string>> parameters_;
  std::map<std::string, ColumnPatch> columns_;
};

}  // namespace tarn::catalog

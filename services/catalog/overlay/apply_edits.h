#pragma once

#include <string>
#include <vector>

#include "services/catalog/overlay/table_edits.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Lays a person's edits over the columns that a table's files give (with their ids): the last step of each
/// merge. An edit that does not fit what the files give now is set aside and not lost: a type that their
/// values would have to be rounded or cut for, or cannot have (TypeFit), a name that another column has.
/// Where a type is set, found_type is what the files give.
std::vector<Column> ApplyEdits(std::vector<Column> found, const TableEdits& edits);

/// Returns the columns as the files give them: takes off what ApplyEdits laid over them. Columns that were
/// declared stay.
std::vector<Column> FoundColumns(std::vector<Column> columns);

/// An edit that does not show, and why.
struct EditSetAside {
  std::string column;  ///< as the table calls it
  std::string member;  ///< "name" or "type"
  std::string wanted;
  std::string reason;  ///< one English sentence
};

/// Tells which edits of a table with these columns (ApplyEdits made them) are set aside.
std::vector<EditSetAside> FindSetAside(const std::vector<Column>& columns, const TableEdits& edits);

/// Finds the column that an edit is about: by id, else by the name that files use. Null if there is none.
const Column* FindEdited(const std::vector<Column>& columns, const ColumnEdit& edit);

}  // namespace tarn::catalog

#pragma once

#include <string>
#include <vector>

#include "services/catalog/tables/types.h"
#include "services/catalog/views/view.h"

namespace tarn::catalog {

/// A statement that makes a table or a view elsewhere.
struct CreateStatement {
  std::string sql;                 ///< one statement, without a semicolon
  std::vector<std::string> notes;  ///< English sentences: what the statement does not tell
};

/// Writes CREATE EXTERNAL TABLE as Athena and Hive read it: columns with Hive's types and comments,
/// PARTITIONED BY, how files are read, LOCATION and TBLPROPERTIES. `files` are some or all of the table's:
/// the most common of their layouts says how they are read.
CreateStatement CreateTableStatement(const Table& table, const std::vector<DataFile>& files);

/// Writes CREATE VIEW as Athena reads it, with the view's SQL as it is.
CreateStatement CreateViewStatement(const View& view);

}  // namespace tarn::catalog

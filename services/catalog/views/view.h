#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/time/time.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

struct ViewColumn {
  std::string name;
  std::string type;  ///< as DuckDB writes it; empty if the view's maker did not say
  std::string comment{};
};

/// A query with a name. It shares its names with the tables of its database.
struct View {
  TableName name;
  int64_t version = 0;  ///< counts the changes, from 1 on
  std::string dialect;  ///< of the SQL: "duckdb" or "athena"
  std::string sql;
  std::vector<ViewColumn> columns;  ///< empty if its maker did not say
  std::string comment;
  std::string owner;
  Timestamp created_at{};
  Timestamp updated_at{};
  std::string updated_by{};
};

}  // namespace tarn::catalog

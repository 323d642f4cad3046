#include "common/catalog_client/unknown_table.h"

#include <vector>

#include "common/text/near_names.h"

namespace tarn::catalog_client {

std::string DescribeUnknownTable(Catalog& catalog, const TableName& name) {
  std::string message = "there is no table " + name.table + " in database " + name.database;
  auto known = catalog.ListTables(name.database);
  std::vector<std::string> near;
  if (known.ok()) {
    near = text::NearNames(name.table, *known);
  } else if (known.error().code() == Code::kNotFound) {
    message = "there is no database " + name.database;
    known = catalog.ListDatabases();
    if (known.ok()) near = text::NearNames(name.database, *known);
  }
  for (size_t i = 0; i < near.size(); ++i) message += (i == 0 ? "; names like it: " : ", ") + near[i];
  return message;
}

}  // namespace tarn::catalog_client

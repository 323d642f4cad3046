#pragma once

#include <string>

#include "common/catalog_client/catalog.h"

namespace tarn::catalog_client {

/// What to tell who named a table that is not cataloged: whether its database is, and names like the wanted one. Asks
/// the catalog, and says less if it does not answer.
std::string DescribeUnknownTable(Catalog& catalog, const TableName& name);

}  // namespace tarn::catalog_client

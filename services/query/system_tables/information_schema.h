#pragma once

#include "services/query/system_tables/service_client.h"
#include "services/query/system_tables/system_table.h"

namespace tarn::query {

/// The tables of `information_schema`, out of what the catalog knows: the columns that Athena's have, in that
/// order.
SystemTable SchemataTable(ServiceClient& catalog);
SystemTable TablesTable(ServiceClient& catalog);
SystemTable ColumnsTable(ServiceClient& catalog);
SystemTable ViewsTable(ServiceClient& catalog);

}  // namespace tarn::query

#pragma once

#include "common/object_store/object_store.h"
#include "services/query/system_tables/service_client.h"
#include "services/query/system_tables/system_table.h"

namespace tarn::query {

/// The tables of `system` that other services know; see docs/system_tables.md. What they take must outlive
/// them.
SystemTable RunsTable(ServiceClient& extract, ServiceClient& transform);
SystemTable ObjectsTable(object_store::ObjectStore& store);
SystemTable EventsTable(object_store::ObjectStore& store);
SystemTable QualityTable(ServiceClient& transform);

}  // namespace tarn::query

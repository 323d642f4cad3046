#pragma once

#include "common/http/router.h"
#include "common/idempotency/idempotency_store.h"
#include "services/query/catalog/table_endpoint.h"
#include "services/query/saved_queries/saved_query_endpoints.h"
#include "services/query/statements/query_endpoints.h"
#include "services/query/statements/sql_endpoint.h"
#include "services/query/workgroups/workgroup_endpoints.h"

namespace tarn::query {

/// Adds every route of the service but the operational ones. All references must outlive the router.
void AddRoutes(http::Router& router, SqlEndpoint& sql, QueryEndpoints& queries, SavedQueryEndpoints& saved,
               WorkgroupEndpoints& workgroups, TableEndpoint& tables,
               IdempotencyStore& idempotency);

}  // namespace tarn::query

#pragma once

#include "common/http/router.h"
#include "common/idempotency/idempotency_store.h"
#include "services/catalog/crawlers/crawl_endpoints.h"
#include "services/catalog/crawlers/crawler_endpoints.h"
#include "services/catalog/inference/infer_endpoint.h"
#include "services/catalog/tables/column_endpoint.h"
#include "services/catalog/tables/database_endpoints.h"
#include "services/catalog/tables/resolve_endpoint.h"
#include "services/catalog/tables/snapshot_endpoint.h"
#include "services/catalog/tables/table_endpoints.h"
#include "services/catalog/tables/version_endpoints.h"

namespace tarn::catalog {

/// The id of this service's event subscription.
inline constexpr const char* kSubscriptionId = "tarn-catalog";

/// What the routes call. All must outlive the router.
struct Endpoints {
  DatabaseEndpoints databases;
  TableEndpoints tables;
  VersionEndpoints versions;
  ResolveEndpoint resolve;
  SnapshotEndpoint snapshot;
  ColumnEndpoint columns;
  CrawlEndpoints crawls;
  CrawlerEndpoints crawlers;
  InferEndpoint& infer;
};

/// Adds the catalog's own routes.
void AddCatalogRoutes(http::Router& router, Endpoints& endpoints, IdempotencyStore& idempotency);

}  // namespace tarn::catalog

#pragma once

#include "common/http/router.h"
#include "common/idempotency/idempotency_store.h"
#include "services/extract/runs/run_endpoints.h"
#include "services/extract/sources/source_endpoints.h"

namespace tarn::extract {

/// Adds the routes of sources and runs.
void AddRoutes(http::Router& router, IdempotencyStore& idempotency, SourceEndpoints& sources,
               RunEndpoints& runs);

}  // namespace tarn::extract

#pragma once

#include "common/http/router.h"
#include "common/idempotency/idempotency_store.h"
#include "services/transform/quality/dead_letters_resource.h"
#include "services/transform/quality/quality_resource.h"
#include "services/transform/runs/bookmarks_resource.h"
#include "services/transform/runs/runs_resource.h"
#include "services/transform/transforms/transforms_resource.h"

namespace tarn::transform {

/// Adds the routes of transforms, runs, bookmarks, dead letters and quality. The resources must outlive the
/// router.
void AddRoutes(http::Router& router, TransformsResource& transforms, RunsResource& runs,
               BookmarksResource& bookmarks, DeadLettersResource& dead_letters, QualityResource& quality,
               IdempotencyStore& idempotency);

}  // namespace tarn::transform

#pragma once

#include "common/http/router.h"
#include "services/transform/lineage/lineage_resource.h"

namespace tarn::transform {

/// Adds the routes of lineage. The resource must outlive the router.
void AddLineageRoutes(http::Router& router, LineageResource& lineage);

}  // namespace tarn::transform

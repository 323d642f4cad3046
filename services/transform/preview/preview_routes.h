#pragma once

#include "common/http/router.h"
#include "services/transform/preview/preview_resource.h"

namespace tarn::transform {

/// Adds the routes of previews and tests. The resource must outlive the router.
void AddPreviewRoutes(http::Router& router, PreviewResource& preview);

}  // namespace tarn::transform

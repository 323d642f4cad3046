#pragma once

#include <memory>

#include "common/metrics/registry.h"
#include "common/service/service.h"
#include "services/catalog/config.h"

namespace tarn::catalog {

/// Builds the catalog service: opens its database and the object store, and wires everything. `metrics` must
/// outlive the app. Errors: kUnavailable, kInternal, kConflict for a database of a newer program.
Result<std::unique_ptr<service::App>> MakeCatalogApp(const CatalogOptions& options,
                                                     metrics::Registry& metrics);

}  // namespace tarn::catalog

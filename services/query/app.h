#pragma once

#include <memory>

#include "common/metrics/registry.h"
#include "common/result/result.h"
#include "common/service/service.h"
#include "services/query/config.h"

namespace tarn::query {

/// Builds tarn-query from its parts. `common`, `options` and `metrics` must outlive the app.
/// Errors: as OpenLocalStore, sqlite::Database::Open, Gate::Open and OpenDuckDbEngine.
Result<std::unique_ptr<service::App>> OpenApp(const service::CommonOptions& common, const QueryOptions& options,
                                              metrics::Registry& metrics);

}  // namespace tarn::query

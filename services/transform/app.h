#pragma once

#include <memory>

#include "common/metrics/registry.h"
#include "common/result/result.h"
#include "common/service/service.h"
#include "services/transform/config.h"

namespace tarn::transform {

/// Builds tarn-transform from its parts. `common`, `options` and `metrics` must outlive the app.
/// Errors: as OpenLocalStore, sqlite::Database::Open and SubscriptionStore::Open.
Result<std::unique_ptr<service::App>> OpenApp(const service::CommonOptions& common,
                                              const TransformOptions& options, metrics::Registry& metrics);

}  // namespace tarn::transform

#pragma once

#include <memory>

#include "common/metrics/registry.h"
#include "common/result/result.h"
#include "common/service/service.h"
#include "services/extract/config.h"

namespace tarn::extract {

/// Builds the service. `config` and `metrics` must outlive it. Errors: kUnavailable or kInternal if the
/// object store or the database cannot be opened.
Result<std::unique_ptr<service::App>> MakeApp(const Config& config, metrics::Registry& metrics);

}  // namespace tarn::extract

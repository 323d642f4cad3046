#pragma once

#include <atomic>

#include "common/http/router.h"
#include "common/metrics/registry.h"

namespace tarn::http {

/// What the handlers of the test server count, shown at /state.
struct TestState {
  std::atomic<int> working{0};    ///< handlers that wait or stream at the moment
  std::atomic<int> cancelled{0};  ///< handlers that were asked to stop
};

/// Routes of every kind that a transport must serve, the ill-behaved ones included.
Router MakeTestRouter(TestState& state, metrics::Registry& metrics);

}  // namespace tarn::http

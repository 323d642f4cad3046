#pragma once

#include <functional>

#include "common/http/message.h"
#include "common/http/router.h"
#include "services/extract/schedules/scheduler.h"

namespace tarn::extract {

/// /v1/schedules: when sources run next, and what became of their last firing.
class ScheduleEndpoints {
 public:
  using Clock = std::function<Timestamp()>;

  explicit ScheduleEndpoints(Scheduler& scheduler, Clock clock = Now)
      : scheduler_(scheduler), clock_(std::move(clock)) {}

  Result<http::Response> List(http::Request& request);
  /// With the next ten firings.
  Result<http::Response> Get(http::Request& request);
  Result<http::Response> Pause(http::Request& request);
  Result<http::Response> Resume(http::Request& request);

 private:
  Scheduler& scheduler_;
  const Clock clock_;
};

/// `endpoints` must outlive the router.
void AddScheduleRoutes(http::Router& router, ScheduleEndpoints& endpoints);

}  // namespace tarn::extract

#pragma once

#include <chrono>
#include <map>
#include <string_view>
#include <tuple>

#include "common/http/router.h"
#include "common/metrics/registry.h"
#include "common/tracing/trace_context.h"

namespace tarn::http {

/// Records finished requests in the metric http_server_request_duration_seconds and the log. One thread only:
/// it remembers the histograms it has asked for, so that a request costs no lookup by labels.
class RequestLog {
 public:
  explicit RequestLog(metrics::Registry& metrics) : metrics_(metrics) {}

  struct Entry {
    const Route* route = nullptr;  ///< null if none was found
    std::string_view method;       ///< as sent
    std::string_view target;
    std::string_view remote_address;
    int status = 0;
    std::chrono::steady_clock::duration duration{};
    const TraceContext& trace;
  };
  void Record(const Entry& entry);

 private:
  metrics::Histogram& HistogramFor(const Entry& entry);

  metrics::Registry& metrics_;
  std::map<std::tuple<const Route*, std::string_view, int>, metrics::Histogram*> histograms_;
};

}  // namespace tarn::http

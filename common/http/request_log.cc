#include "common/http/request_log.h"

#include <string>

#include "common/logging/log.h"

namespace tarn::http {
namespace {

// A client can make methods up, so others than the known share one label value.
std::string_view MethodLabel(std::string_view method) {
  const auto known = ParseMethod(method);
  return known ? MethodName(*known) : "_OTHER";
}

// 501 and 505 are answers to what a client made up, which must not fill the log.
log::Level LevelFor(int status) {
  return status >= 500 && status != 501 && status != 505 ? log::Level::kError : log::Level::kDebug;
}

}  // namespace

metrics::Histogram& RequestLog::HistogramFor(const Entry& entry) {
  const std::string_view method = MethodLabel(entry.method);
  metrics::Histogram*& histogram = histograms_[{entry.route, method, entry.status}];
  if (!histogram) {
    histogram = &metrics_.GetHistogram("http_server_request_duration_seconds",
                                       "Time from the head of a request to the end of its response.",
                                       {{"method", std::string(method)},
                                        {"route", entry.route ? entry.route->options.name : "unmatched"},
                                        {"status", std::to_string(entry.status)}});
  }
  return *histogram;
}

void RequestLog::Record(const Entry& entry) {
  const double seconds = std::chrono::duration<double>(entry.duration).count();
  HistogramFor(entry).Observe(seconds);
  const ScopedTrace scope(entry.trace);
  log::Write(LevelFor(entry.status), "request",
             {{"method", entry.method},
              {"target", entry.target},
              {"status", entry.status},
              {"duration_ms", seconds * 1000},
              {"remote_address", entry.remote_address}});
}

}  // namespace tarn::http

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/result/result.h"

namespace tarn::extract {

/// How a source wants to be treated: `limits:` of a source.yaml.
struct SourceLimits {
  int64_t requests = 0;                  ///< per `per`; 0: no budget of our own
  std::chrono::milliseconds per{1'000};
  int64_t concurrency = 16;              ///< requests under way at a time, of all runs
  int64_t breaker_failures = 20;         ///< failures in a row that open the circuit; 0: never
  std::chrono::milliseconds breaker_pause{60'000};
};

/// What all runs of one source share: its rate budget, its concurrency and its circuit breaker. Thread-safe.
class SourceGovernor {
 public:
  explicit SourceGovernor(const SourceLimits& limits) : limits_(limits) {}

 private:
  SourceLimits limits_;
};

/// The governors of all sources, by name. Thread-safe.
class SourceGovernors {
 public:
  /// The governor of that source; what it has counted so far outlives a change of the limits.
  std::shared_ptr<SourceGovernor> Get(const std::string& source, const SourceLimits& limits);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<SourceGovernor>> governors_;
};

}  // namespace tarn::extract

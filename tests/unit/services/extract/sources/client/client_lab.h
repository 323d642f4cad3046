#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "common/http_client/http_client.h"
#include "services/extract/sources/client/source_client.h"
#include "services/extract/sources/client/source_governor.h"

namespace tarn::extract {

/// What a run has counted.
class Counts : public ProgressReporter {
 public:
  void Advance(double) override {}
  void Count(std::string_view name, int64_t amount) override;
  void Expect(int64_t) override {}
  int64_t operator[](const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int64_t> counts_;
};

/// A client whose governor's time stands still until the test moves it.
class ClientLab : public testing::Test {
 protected:
  static http_client::Request Get(const std::string& url);
  /// May reach loopback on another origin, too.
  static http_client::Request GetAnywhere(const std::string& url);

  SourceClient Client() { return SourceClient(http, governor, retry, progress, stop.get_token()); }
  void UseLimits(const SourceLimits& new_limits);
  /// Moves the governor's time, and lets those who wait look at it.
  void Pass(std::chrono::milliseconds time);
  void WaitUntilWaiting(size_t count) const;

  std::atomic<std::chrono::milliseconds> passed{std::chrono::milliseconds(0)};
  SourceLimits limits;
  std::shared_ptr<SourceGovernor> governor =
      std::make_shared<SourceGovernor>(limits, [this] { return start_ + passed.load(); });
  http_client::RetryPolicy retry{.max_attempts = 4,
                                 .initial_backoff = std::chrono::milliseconds(1),
                                 .max_backoff = std::chrono::milliseconds(5)};
  http_client::HttpClient http;
  Counts progress;
  std::stop_source stop;

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace tarn::extract

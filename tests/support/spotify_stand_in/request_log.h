#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tarn::spotify_stand_in {

/// What was asked of the stand-in. Thread-safe.
class RequestLog {
 public:
  void Record(const std::string& target);
  /// Path and query of the first 100,000 requests.
  std::vector<std::string> targets() const;
  /// How many requests there were of each path; of the first 10,000 paths.
  std::map<std::string, int64_t> counts() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> targets_;
  std::map<std::string, int64_t> counts_;
};

}  // namespace tarn::spotify_stand_in

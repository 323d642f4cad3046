#include "tests/support/spotify_stand_in/request_log.h"

namespace tarn::spotify_stand_in {
namespace {

constexpr size_t kMaxTargets = 100'000;
constexpr size_t kMaxPaths = 10'000;

}  // namespace

void RequestLog::Record(const std::string& target) {
  const std::lock_guard lock(mutex_);
  if (targets_.size() < kMaxTargets) targets_.push_back(target);
  const std::string path = target.substr(0, target.find('?'));
  if (counts_.size() < kMaxPaths || counts_.contains(path)) ++counts_[path];
}

std::vector<std::string> RequestLog::targets() const {
  const std::lock_guard lock(mutex_);
  return targets_;
}

std::map<std::string, int64_t> RequestLog::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace tarn::spotify_stand_in

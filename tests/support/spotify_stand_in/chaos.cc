#include "tests/support/spotify_stand_in/chaos.h"

namespace tarn::spotify_stand_in {
namespace {

constexpr size_t kMaxTargets = 100'000;

/// FNV-1a, whose result is the same everywhere, with a last mix so that near texts fall far apart.
uint64_t Hash(const std::string& text) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdU;
  return hash ^ (hash >> 33);
}

}  // namespace

Chaos::Fate Chaos::Next(const std::string& target) {
  const std::lock_guard lock(mutex_);
  ++requests_;
  if (tries_.size() > kMaxTargets) tries_.clear();
  const int64_t try_number = tries_[target]++;
  const uint64_t hash = Hash(std::to_string(options_.seed) + " " + std::to_string(try_number) + " " + target);
  const auto percent = static_cast<int64_t>(hash % 100);

  Fate fate;
  fate.expire_tokens = requests_ == options_.expire_tokens_at;
  fate.drop = requests_ == options_.drop_at;
  if (fate.expire_tokens || fate.drop) {
    hits_ += fate.drop;
  } else if (percent < options_.errors_percent) {
    fate.status = 500;
    ++hits_;
  } else if (percent < options_.errors_percent + options_.rate_limits_percent) {
    fate.status = 429;
    fate.retry_after =
        static_cast<int64_t>((hash >> 32) % static_cast<uint64_t>(options_.max_retry_after + 1));
    ++hits_;
  }
  return fate;
}

int64_t Chaos::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

}  // namespace tarn::spotify_stand_in

#include "tests/unit/services/extract/sources/client/client_lab.h"

#include <thread>

#include "common/http_client/address_ranges.h"

namespace tarn::extract {

void Counts::Count(std::string_view name, int64_t amount) {
  const std::lock_guard lock(mutex_);
  counts_[std::string(name)] += amount;
}

int64_t Counts::operator[](const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto count = counts_.find(name);
  return count == counts_.end() ? 0 : count->second;
}

http_client::Request ClientLab::Get(const std::string& url) {
  http_client::Request request;
  request.url = url;
  return request;
}

http_client::Request ClientLab::GetAnywhere(const std::string& url) {
  http_client::Request request = Get(url);
  request.allowed_addresses = *http_client::AddressRanges::Parse("127.0.0.0/8");
  return request;
}

void ClientLab::UseLimits(const SourceLimits& new_limits) {
  limits = new_limits;
  governor->Apply(limits);
}

void ClientLab::Pass(std::chrono::milliseconds time) {
  passed = passed.load() + time;
  governor->Apply(limits);
}

void ClientLab::WaitUntilWaiting(size_t count) const {
  while (governor->waiting() != count) std::this_thread::yield();
}

}  // namespace tarn::extract

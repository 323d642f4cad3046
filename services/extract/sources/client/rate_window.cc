#include "services/extract/sources/client/rate_window.h"

#include <algorithm>

namespace tarn::extract {

void RateWindow::SetLimit(int64_t requests, Duration per) {
  requests_ = static_cast<size_t>(std::max<int64_t>(0, requests));
  per_ = per;
}

RateWindow::Duration RateWindow::WaitAt(TimePoint now) const {
  if (requests_ == 0 || taken_.size() < requests_) return Duration::zero();
  const TimePoint free = taken_[taken_.size() - requests_] + per_;
  return std::max(free - now, Duration::zero());
}

void RateWindow::Take(TimePoint now) {
  if (requests_ == 0) return taken_.clear();
  taken_.push_back(now);
  while (taken_.size() > requests_) taken_.pop_front();
}

}  // namespace tarn::extract

#include "services/query/statements/admission.h"

namespace tarn::query {

Result<Admission::Slot> Admission::Enter(Line line, std::stop_token cancelled) {
  std::unique_lock lock(mutex_);
  const bool must_wait = running_ >= max_running_ || !line_.empty();
  if (must_wait && line == Line::kBounded && static_cast<int64_t>(line_.size()) >= max_waiting_) {
    return Error(Code::kResourceExhausted, std::to_string(running_) + " statements run and " + std::to_string(line_.size()) +
                                               " wait already; try again later or use POST /v1/queries");
  }
  const auto me = line_.insert(line_.end(), 0);
  const bool entered = changed_.wait(lock, cancelled, [&] { return running_ < max_running_ && me == line_.begin(); });
  line_.erase(me);
  if (entered) ++running_;
  changed_.notify_all();  // another may be first now
  if (!entered) return Error(Code::kCancelled, "the statement was cancelled while it waited");
  return Slot(this);
}

void Admission::Leave() {
  const std::scoped_lock lock(mutex_);
  --running_;
  changed_.notify_all();
}

int64_t Admission::running() const {
  const std::scoped_lock lock(mutex_);
  return running_;
}

int64_t Admission::waiting() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int64_t>(line_.size());
}

}  // namespace tarn::query

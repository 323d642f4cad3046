#include "services/query/statements/admission.h"

#include <tuple>

namespace tarn::query {

// The group whose first in line enters next; null if none may.
Admission::Group* Admission::Next() {
  Group* next = nullptr;
  if (running_ >= max_running_) return next;
  for (auto& [name, group] : groups_) {
    if (group.line.empty() || group.running >= group.max_running) continue;
    if (!next || std::tie(group.running, group.last_served) < std::tie(next->running, next->last_served))
      next = &group;
  }
  return next;
}

void Admission::WakeNext() {
  if (Group* const next = Next()) next->line.front().changed.notify_one();
}

Result<Admission::Slot> Admission::Enter(const std::string& name, const Limits& limits,
                                         std::stop_token cancelled) {
  std::unique_lock lock(mutex_);
  Group& group = groups_[name];
  group.max_running = limits.max_running;
  const bool bounded = limits.max_waiting != INT64_MAX;
  const bool must_wait =
      running_ >= max_running_ || group.running >= group.max_running || !group.line.empty();
  if (must_wait && bounded && group.waiting >= limits.max_waiting) {
    return Error(Code::kResourceExhausted, "workgroup " + name + " runs " + std::to_string(group.running) +
                                               " statements and " + std::to_string(group.waiting) +
                                               " wait already; try again later or use POST /v1/queries");
  }
  const auto me = group.line.emplace(group.line.end());
  group.waiting += bounded;
  const bool entered =
      me->changed.wait(lock, cancelled, [&] { return Next() == &group && me == group.line.begin(); });
  group.line.erase(me);
  group.waiting -= bounded;
  if (entered) {
    ++running_;
    ++group.running;
    group.last_served = ++served_;
  }
  WakeNext();  // another may be first now
  if (!entered) return Error(Code::kCancelled, "the statement was cancelled while it waited");
  return Slot(this, name);
}

void Admission::Leave(const std::string& group) {
  const std::scoped_lock lock(mutex_);
  --running_;
  --groups_[group].running;
  WakeNext();
}

int64_t Admission::running() const {
  const std::scoped_lock lock(mutex_);
  return running_;
}

int64_t Admission::running(const std::string& group) const {
  const std::scoped_lock lock(mutex_);
  const auto found = groups_.find(group);
  return found == groups_.end() ? 0 : found->second.running;
}

int64_t Admission::waiting(const std::string& group) const {
  const std::scoped_lock lock(mutex_);
  const auto found = groups_.find(group);
  return found == groups_.end() ? 0 : found->second.waiting;
}

}  // namespace tarn::query

#include "common/events/delivery_queue.h"

#include <utility>

namespace tarn::events {

std::optional<DeliveryQueue::Oldest> DeliveryQueue::oldest() const {
  if (entries_.empty()) return std::nullopt;
  const auto& [sequence, entry] = *entries_.begin();
  return Oldest{sequence, entry.time, entry.attempts, entry.failing_since, entry.due};
}

void DeliveryQueue::Add(Event event) {
  const int64_t sequence = event.sequence;
  Entry entry;
  entry.key = event.object.bucket + '\0' + event.object.key;
  entry.time = event.time;
  auto& line = keys_[entry.key];
  const bool blocked = !line.empty() && entries_.at(line.front()).attempts > 0;
  if (!blocked) entry.event = std::make_shared<const Event>(std::move(event));
  const bool first = line.empty();
  line.push_back(sequence);
  entries_.emplace(sequence, std::move(entry));
  if (first) MakeReady(sequence);
}

void DeliveryQueue::Restore(int64_t sequence, int attempts, std::optional<Timestamp> failing_since, Clock::time_point due) {
  Entry& entry = entries_.at(sequence);
  const bool ready = ready_.erase({entry.attempts, sequence}) > 0;
  entry.attempts = attempts;
  entry.failing_since = failing_since;
  if (ready) PutBack(sequence, due);
}

void DeliveryQueue::Expire(Clock::time_point now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    MakeReady(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
}

size_t DeliveryQueue::CountReady(Clock::time_point now) {
  Expire(now);
  return ready_.size();
}

std::optional<DeliveryQueue::Due> DeliveryQueue::Take(Clock::time_point now) {
  Expire(now);
  if (ready_.empty()) return std::nullopt;
  constexpr uint64_t kTurns = 8;
  const auto taken = ++taken_ % kTurns == 0 ? std::prev(ready_.end()) : ready_.begin();
  const int64_t sequence = taken->second;
  ready_.erase(taken);
  return Due{sequence, entries_.at(sequence).event};
}

std::optional<DeliveryQueue::Clock::time_point> DeliveryQueue::NextDue() const {
  return waiting_.empty() ? std::nullopt : std::optional(waiting_.begin()->first);
}

void DeliveryQueue::Remove(int64_t sequence) {
  const auto found = entries_.find(sequence);
  const auto line = keys_.find(found->second.key);
  line->second.pop_front();
  if (line->second.empty()) {
    keys_.erase(line);
  } else {
    MakeReady(line->second.front());
  }
  entries_.erase(found);
}

DeliveryQueue::Failures DeliveryQueue::CountFailure(int64_t sequence, Timestamp now) {
  Entry& entry = entries_.at(sequence);
  ++entry.attempts;
  if (!entry.failing_since) entry.failing_since = now;
  return {entry.attempts, *entry.failing_since};
}

void DeliveryQueue::PutBack(int64_t sequence, Clock::time_point due) {
  Entry& entry = entries_.at(sequence);
  entry.due = due;
  if (entry.attempts > 0) {
    for (const int64_t behind : keys_.at(entry.key)) entries_.at(behind).event.reset();
  }
  waiting_.emplace(due, sequence);
}

void DeliveryQueue::ForgetWaits() {
  for (const auto& [due, sequence] : waiting_) MakeReady(sequence);
  waiting_.clear();
}

}  // namespace tarn::events

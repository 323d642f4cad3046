#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "common/object_store/object_store.h"
#include "common/time/time.h"

namespace tarn::events {

/// The events that are due to one subscription. Those of one key go one after the other, in the order of sequence;
/// different keys wait for nothing but their turn. One that failed waits, and with it those behind it, without their
/// content, so that a blocked key costs little memory. Not thread-safe.
class DeliveryQueue {
 public:
  using Clock = std::chrono::steady_clock;
  using Event = object_store::Event;
  static constexpr size_t kMaxEvents = 4096;

  /// An event whose turn it is.
  struct Due {
    int64_t sequence = 0;
    std::shared_ptr<const Event> event;  ///< null: read it from the log again
  };
  /// What is known of the event that holds the low-water mark.
  struct Oldest {
    int64_t sequence = 0;
    Timestamp time;
    int attempts = 0;
    std::optional<Timestamp> failing_since;
    Clock::time_point due;
  };

  bool empty() const { return entries_.empty(); }
  bool full() const { return entries_.size() >= kMaxEvents; }
  size_t size() const { return entries_.size(); }
  std::optional<Oldest> oldest() const;

  /// Adds an event; call in the order of sequence.
  void Add(Event event);
  /// Notes failures of an event that were counted before it was added.
  void Restore(int64_t sequence, int attempts, std::optional<Timestamp> failing_since, Clock::time_point due);

  /// How many could be taken now.
  size_t CountReady(Clock::time_point now);
  /// The ready event of least sequence, those that never failed first, but with a turn now and then for those that did.
  /// It is in flight until one of the calls below.
  std::optional<Due> Take(Clock::time_point now);
  /// When the next one that waits is ready; nothing if none waits.
  std::optional<Clock::time_point> NextDue() const;

  /// It was delivered or given up.
  void Remove(int64_t sequence);
  /// It failed at `now`: notes that, and returns how often it has, and since when.
  struct Failures {
    int attempts = 0;
    Timestamp since;
  };
  Failures CountFailure(int64_t sequence, Timestamp now);
  /// It is ready again at `due`.
  void PutBack(int64_t sequence, Clock::time_point due);
  /// All that waits after failures is ready now.
  void ForgetWaits();

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Event> event;
    Timestamp time;
    int attempts = 0;
    std::optional<Timestamp> failing_since;
    Clock::time_point due;
  };
  void Expire(Clock::time_point now);
  void MakeReady(int64_t sequence) { ready_.emplace(entries_.at(sequence).attempts, sequence); }

  std::map<int64_t, Entry> entries_;
  std::unordered_map<std::string, std::deque<int64_t>> keys_;  // the front one's turn it is
  std::set<std::pair<int, int64_t>> ready_;                        // by attempts and sequence
  std::set<std::pair<Clock::time_point, int64_t>> waiting_;
  uint64_t taken_ = 0;
};

}  // namespace tarn::events

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::events {

struct ConsumerOptions {
  std::string name;  ///< for the log
  object_store::EventFilter filter;
  int64_t batch_limit = 500;  ///< events looked at per read
  /// Leaves of a page what the handler takes at once, if that depends on more than their number: it shortens
  /// `events` at the end of a commit, and `last_sequence` to match. What is left comes with the next page.
  std::function<void(object_store::EventPage& page)> cut{};
  std::chrono::milliseconds poll{5'000};  ///< catches up even if every webhook was lost
  std::chrono::milliseconds max_backoff{10'000};
};

/// Reads the event log from a cursor on and hands each batch to a handler, on one thread of its own: at once when
/// woken (by a webhook), and every `poll`. A handler that fails gets the same batch again after a backoff.
class Consumer {
 public:
  /// Handles `page.events` (may be empty) and stores `page.last_sequence` as the new cursor, in one transaction with
  /// the effects, so that a crash neither skips nor repeats. Must be idempotent all the same. With
  /// `page.trimmed_before`, events are missing: what they said must be found by looking at the objects.
  using HandleBatch = std::function<Status(const object_store::EventPage& page)>;

  /// `cursor` is the last sequence handled before.
  static std::unique_ptr<Consumer> Start(ConsumerOptions options, object_store::ObjectStore& store, int64_t cursor,
                                         HandleBatch handle);
  virtual ~Consumer() = default;  ///< stops and joins
  /// Look at the log now. Quick; any thread.
  virtual void Wake() = 0;
  /// The last sequence handled.
  virtual int64_t cursor() const = 0;
  /// Wakes it and waits until it has handled the event `sequence` and all before. Returns whether it has: false once
  /// `timeout` has passed or stop is requested. Any thread; not while it is being destroyed.
  virtual bool WaitFor(int64_t sequence, std::chrono::milliseconds timeout, std::stop_token cancelled) = 0;
};

}  // namespace tarn::events

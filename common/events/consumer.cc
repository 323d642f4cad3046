#include "common/events/consumer.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/events/wake_signal.h"
#include "common/http_client/http_client.h"
#include "common/logging/log.h"

namespace tarn::events {
namespace {

class LogConsumer final : public Consumer {
 public:
  LogConsumer(ConsumerOptions options, object_store::ObjectStore& store, int64_t cursor, HandleBatch handle)
      : options_(std::move(options)), store_(store), cursor_(cursor), handle_(std::move(handle)),
        thread_([this](std::stop_token stop) { Run(stop); }) {}

  void Wake() override { signal_.Wake(); }
  int64_t cursor() const override { return cursor_; }

  bool WaitFor(int64_t sequence, std::chrono::milliseconds timeout, std::stop_token cancelled) override {
    if (cursor_ >= sequence) return true;
    signal_.Wake();
    std::unique_lock lock(waiting_);
    return handled_.wait_for(lock, cancelled, timeout, [&] { return cursor_ >= sequence; });
  }

 private:
  void Run(std::stop_token stop) {
    http_client::RetryPolicy backoff;
    backoff.initial_backoff = std::chrono::milliseconds(100);
    backoff.max_backoff = options_.max_backoff;
    uint64_t seen = 0;
    for (int failures = 0; !stop.stop_requested();) {
      const auto more = HandleNext();
      if (more.ok()) {
        failures = 0;
        if (!*more) signal_.Wait(stop, options_.poll, seen);
        continue;
      }
      const auto delay = http_client::Backoff(backoff, ++failures);
      log::Warn("a batch of events was not handled and is tried again",
                {{"consumer", options_.name}, {"after_sequence", cursor()}, {"attempt", failures},
                 {"delay_ms", delay.count()}, {"reason", more.error()}});
      signal_.Pause(stop, delay);
    }
  }

  // True if there may be more.
  Result<bool> HandleNext() {
    TARN_ASSIGN(auto page, store_.ReadEvents(cursor_, options_.filter, options_.batch_limit));
    if (page.trimmed_before) {
      log::Warn("events were trimmed before they were read", {{"consumer", options_.name}, {"after_sequence", cursor()},
                                                              {"trimmed_before", *page.trimmed_before}});
    }
    if (page.last_sequence == cursor_) return false;
    if (options_.cut) options_.cut(page);
    TARN_TRY(handle_(page));
    {
      const std::lock_guard lock(waiting_);
      cursor_ = page.last_sequence;
    }
    handled_.notify_all();
    return true;
  }

  const ConsumerOptions options_;
  object_store::ObjectStore& store_;
  std::atomic<int64_t> cursor_;
  const HandleBatch handle_;
  WakeSignal signal_;
  std::mutex waiting_;
  std::condition_variable_any handled_;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace

std::unique_ptr<Consumer> Consumer::Start(ConsumerOptions options, object_store::ObjectStore& store, int64_t cursor,
                                          HandleBatch handle) {
  return std::make_unique<LogConsumer>(std::move(options), store, cursor, std::move(handle));
}

}  // namespace tarn::events

#include "common/events/delivery_worker.h"

#include <algorithm>

#include "common/ids/ulid.h"
#include "common/logging/log.h"

namespace tarn::events {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kPage = 500;
constexpr size_t kEnoughReady = 250;  // no more is read while as much is ready
constexpr milliseconds kSaveInterval{500};
constexpr int kOutage = 3;  // tries to reach an endpoint that failed, one after the other
constexpr milliseconds kErrorPause{1'000};  // after a failure of our own stores

object_store::EventFilter FilterOf(const Subscription& subscription, const std::string& writer) {
  object_store::EventFilter filter = subscription.filter;
  if (filter.writer.empty()) filter.writer = writer;
  return filter;
}

}  // namespace

DeliveryWorker::DeliveryWorker(const DeliveryContext& context, Subscription subscription)
    : context_(context),
      id_(subscription.id),
      subscription_(std::move(subscription)),
      thread_([this](std::stop_token stop) { Run(stop); }) {}

DeliveryWorker::~DeliveryWorker() {
  thread_.request_stop();
  thread_.join();
}

void DeliveryWorker::Change(const Subscription& subscription) {
  const std::lock_guard lock(mutex_);
  subscription_ = subscription;
  queue_.ForgetWaits();
  unreachable_ = 0;
  paused_until_ = {};
  has_news_ = true;
  news_.notify_all();
}

void DeliveryWorker::Wake(bool redrives) {
  const std::lock_guard lock(mutex_);
  has_news_ = true;
  wants_redrives_ |= redrives;
  news_.notify_all();
}

std::optional<Timestamp> DeliveryWorker::oldest_undelivered() const {
  const std::lock_guard lock(mutex_);
  const auto oldest = queue_.oldest();
  return oldest ? std::optional(oldest->time) : std::nullopt;
}

void DeliveryWorker::Run(std::stop_token stop) {
  bool loaded = false;
  while (!stop.stop_requested() && !ended_) {
    const auto work = [&]() -> Status {
      if (!loaded) TARN_TRY(Load());
      loaded = true;
      Lock lock(mutex_);
      TARN_TRY(ReadLog(lock));
      TARN_TRY(ReadRedrives(lock));
      TARN_TRY(SaveIfDue(lock, false));
      StartLanes(lock);
      WaitForNews(lock, stop);
      return Ok();
    };
    const Status worked = work();
    if (worked.ok()) continue;
    if (worked.error().code() == Code::kNotFound) {
      ended_ = true;  // the subscription was removed
      break;
    }
    log::Warn("deliveries are held up", {{"subscription", id_}, {"reason", worked.error()}});
    Lock lock(mutex_);
    has_news_ = true;
    work_.notify_all();
    news_.wait_for(lock, stop, kErrorPause, [] { return false; });
  }
  EndLanes();
  Lock lock(mutex_);
  if (loaded) (void)SaveIfDue(lock, true).ok();
}

Status DeliveryWorker::Load() {
  TARN_ASSIGN(DeliveryState state, context_.subscriptions.LoadState(id_, context_.options.writer));
  const Lock lock(mutex_);
  state_ = std::move(state);
  read_sequence_ = state_.delivered_sequence;
  nothing_delivered_since_ = state_.failing_since;
  return Ok();
}

// Fills the queue, as far as it has room.
Status DeliveryWorker::ReadLog(Lock& lock) {
  at_end_ = at_end_ && !has_news_;
  has_news_ = false;
  while (!at_end_ && !queue_.full() && queue_.CountReady(Clock::now()) < kEnoughReady) {
    const int64_t after = read_sequence_;
    const auto filter = FilterOf(subscription_, context_.options.writer);
    lock.unlock();
    auto page = context_.store.ReadEvents(after, filter, kPage);
    lock.lock();
    if (!page.ok()) return page.error();
    for (auto& event : page->events) {
      const int64_t sequence = event.sequence;
      queue_.Add(std::move(event));
      // The failures that were counted before a restart are those of the first event that was due.
      if (state_.attempts > 0 && read_sequence_ == state_.delivered_sequence && queue_.size() == 1) {
        const auto left = state_.next_attempt_at ? *state_.next_attempt_at - Now() : milliseconds(0);
        queue_.Restore(sequence, state_.attempts, state_.failing_since, Clock::now() + std::max(left, milliseconds(0)));
      }
    }
    at_end_ = page->last_sequence == after;
    read_sequence_ = page->last_sequence;
  }
  return Ok();
}

Status DeliveryWorker::ReadRedrives(Lock& lock) {
  if (!std::exchange(wants_redrives_, false)) return Ok();
  lock.unlock();
  auto letters = context_.subscriptions.RequestedRedrives(id_);
  lock.lock();
  if (!letters.ok()) return letters.error();
  for (DeadLetter& letter : *letters) {
    if (redriving_.insert(letter.id).second) redrives_.push_back(std::move(letter));
  }
  return Ok();
}

DeliveryState DeliveryWorker::StateNow() const {
  DeliveryState state = state_;
  const auto oldest = queue_.oldest();
  state.delivered_sequence = oldest ? oldest->sequence - 1 : read_sequence_;
  state.read_sequence = read_sequence_;
  state.pending = static_cast<int64_t>(queue_.size());
  state.attempts = oldest ? oldest->attempts : 0;
  state.failing_since = oldest ? oldest->failing_since : std::nullopt;
  state.next_attempt_at.reset();
  const auto now = Clock::now();
  auto next = std::max(paused_until_, oldest && oldest->attempts > 0 ? oldest->due : Clock::time_point());
  if (oldest && next > now) state.next_attempt_at = Now() + std::chrono::ceil<milliseconds>(next - now);
  return state;
}

// Saving costs an fsync, so it is not done for every event; what is not saved is delivered twice after a crash, which
// receivers must expect. Events of others that were only passed over are not worth an fsync each.
Status DeliveryWorker::SaveIfDue(Lock& lock, bool now) {
  DeliveryState state = StateNow();
  const bool passed_many = state.delivered_sequence - state_.delivered_sequence > kPage;
  if (!changed_ && !passed_many) return Ok();
  if (!now && !queue_.empty() && Clock::now() - saved_at_ < kSaveInterval) return Ok();
  const std::vector<DeliveryAttempt> attempts(attempts_.begin(), attempts_.end());
  attempts_.clear();
  changed_ = false;
  lock.unlock();
  Status saved = context_.subscriptions.SaveProgress(state, attempts);
  lock.lock();
  saved_at_ = Clock::now();
  if (!saved.ok()) {
    changed_ = true;
    return saved;
  }
  state.last_status = state_.last_status;
  state.last_error = state_.last_error;
  state_ = std::move(state);
  return Ok();
}

void DeliveryWorker::StartLanes(Lock&) {
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    lane = lane->finished ? lanes_.erase(lane) : std::next(lane);  // joins a thread that is at its end
  }
  if (!HasWork()) return;
  const size_t most = unreachable_ > 0 ? 1 : static_cast<size_t>(context_.options.max_in_flight);
  const size_t wanted = queue_.CountReady(Clock::now()) + redrives_.size();
  while (lanes_.size() < most && idle_lanes_ < wanted) {
    Lane& lane = lanes_.emplace_back();
    ++idle_lanes_;
    lane.thread = std::jthread([this, &lane](std::stop_token stop) { Send(lane, stop); });
  }
  work_.notify_all();
}

void DeliveryWorker::WaitForNews(Lock& lock, std::stop_token stop) {
  const auto now = Clock::now();
  auto until = now + context_.options.poll;
  if (changed_) until = std::min(until, std::max(saved_at_ + kSaveInterval, now));
  if (const auto due = queue_.NextDue()) until = std::min(until, std::max(*due, paused_until_));
  if (queue_.CountReady(now) > 0 && paused_until_ > now) until = std::min(until, paused_until_);
  plans_changed_ = false;
  news_.wait_until(lock, stop, until, [&] { return ReaderIsNeeded(); });
}

bool DeliveryWorker::ReaderIsNeeded() {
  if (has_news_ || ended_ || plans_changed_ || (changed_ && queue_.empty())) return true;
  return !at_end_ && !queue_.full() && queue_.CountReady(Clock::now()) < kEnoughReady;
}

void DeliveryWorker::EndLanes() {
  {
    const Lock lock(mutex_);
    for (Lane& lane : lanes_) lane.thread.request_stop();
  }
  for (Lane& lane : lanes_) lane.thread.join();
}

void DeliveryWorker::Send(Lane& lane, std::stop_token stop) {
  constexpr std::chrono::seconds kIdle{10};
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (const auto work = TakeWork()) {
      --idle_lanes_;
      lock.unlock();
      if (work->letter) Redrive(*work, stop);
      else Perform(*work, stop);
      lock.lock();
      ++idle_lanes_;
      --in_flight_;
      if (ReaderIsNeeded()) news_.notify_all();
      continue;
    }
    if (!work_.wait_for(lock, stop, kIdle, [&] { return HasWork(); })) break;
  }
  --idle_lanes_;
  lane.finished = true;
}

bool DeliveryWorker::MaySend() const {
  if (ended_ || in_flight_ >= context_.options.max_in_flight) return false;
  return unreachable_ == 0 || (in_flight_ == 0 && Clock::now() >= paused_until_);
}

bool DeliveryWorker::HasWork() { return MaySend() && (!redrives_.empty() || queue_.CountReady(Clock::now()) > 0); }

std::optional<DeliveryWorker::Work> DeliveryWorker::TakeWork() {
  if (!MaySend()) return std::nullopt;
  Work work;
  if (!redrives_.empty()) {
    work.letter = std::move(redrives_.front());
    redrives_.pop_front();
  } else if (auto due = queue_.Take(Clock::now())) {
    work.due = *std::move(due);
  } else {
    return std::nullopt;
  }
  work.subscription = subscription_;
  ++in_flight_;
  return work;
}

// Null if the log has it no more, or it is another writer's, who will see to it.
Result<std::shared_ptr<const object_store::Event>> DeliveryWorker::ReadEvent(int64_t sequence) {
  object_store::EventFilter filter;
  filter.types.assign(std::begin(object_store::kEventTypes), std::end(object_store::kEventTypes));
  filter.writer = context_.options.writer;
  TARN_ASSIGN(auto page, context_.store.ReadEvents(sequence - 1, filter, 1));
  for (auto& event : page.events) {
    if (event.sequence == sequence) return std::make_shared<const object_store::Event>(std::move(event));
  }
  return std::shared_ptr<const object_store::Event>();
}

WebhookAnswer DeliveryWorker::SendEvent(const Work& work, const object_store::Event& event, std::stop_token stop) {
  const Timestamp at = Now();
  const auto sent = Clock::now();
  WebhookAnswer answer = context_.sender.Send(work.subscription, event.id, RenderBody(work.subscription, event),
                                              event.traceparent, stop);
  if (answer.kind == WebhookAnswer::Kind::kCancelled) return answer;
  const auto duration = std::chrono::duration_cast<milliseconds>(Clock::now() - sent);
  const Lock lock(mutex_);
  if (attempts_.size() == SubscriptionStore::kKeptAttempts) attempts_.pop_front();
  attempts_.push_back({id_, context_.options.writer, event.sequence, event.id, event.object.bucket + "/" + event.object.key,
                       at, duration, answer.status, answer.reason});
  changed_ = true;
  return answer;
}

void DeliveryWorker::Perform(const Work& work, std::stop_token stop) {
  std::shared_ptr<const object_store::Event> event = work.due.event;
  if (!event) {
    auto read = ReadEvent(work.due.sequence);
    if (!read.ok()) {
      log::Warn("an event cannot be read", {{"subscription", id_}, {"sequence", work.due.sequence}, {"reason", read.error()}});
      const Lock lock(mutex_);
      return queue_.PutBack(work.due.sequence, Clock::now() + kErrorPause);
    }
    event = *std::move(read);
  }
  // The filter may have changed since the event was read.
  if (!event || !work.subscription.filter.Matches(*event)) {
    const Lock lock(mutex_);
    changed_ = true;
    return queue_.Remove(work.due.sequence);
  }
  const auto sent = Clock::now();
  Conclude(work, *event, SendEvent(work, *event, stop), sent);
}

void DeliveryWorker::Conclude(const Work& work, const object_store::Event& event, const WebhookAnswer& answer,
                              Clock::time_point sent) {
  using Kind = WebhookAnswer::Kind;
  Lock lock(mutex_);
  if (answer.kind != Kind::kCancelled) state_.last_status = answer.status;
  switch (answer.kind) {
    case Kind::kDelivered:
      Count("success");
      NoteSuccess();
      return queue_.Remove(work.due.sequence);
    case Kind::kCancelled:
      return queue_.PutBack(work.due.sequence, Clock::now());
    case Kind::kGone:
      queue_.PutBack(work.due.sequence, Clock::now());
      if (ended_.exchange(true)) return;
      state_.last_error = answer.reason;
      lock.unlock();
      return Disable(answer.reason);
    case Kind::kFailed:
    case Kind::kUnreachable:
      return NoteFailure(lock, event, answer, sent);
  }
}

void DeliveryWorker::NoteSuccess() {
  // After a time in which nothing went through, nothing has to wait as long as the failures said.
  const bool was_outage = failures_in_a_row_ >= context_.options.max_in_flight || unreachable_ > kOutage;
  if (was_outage) queue_.ForgetWaits();
  plans_changed_ |= was_outage || unreachable_ > 0;
  unreachable_ = 0;
  paused_until_ = {};
  failures_in_a_row_ = 0;
  nothing_delivered_since_.reset();
  state_.last_error.clear();
  if (plans_changed_) work_.notify_all();
}

void DeliveryWorker::NoteFailure(Lock& lock, const object_store::Event& event, const WebhookAnswer& answer, Clock::time_point sent) {
  Count("failure");
  const auto& options = context_.options;
  const Timestamp now = Now();
  state_.last_error = answer.reason;
  ++failures_in_a_row_;
  if (!nothing_delivered_since_) nothing_delivered_since_ = now;
  plans_changed_ = true;
  const auto failures = queue_.CountFailure(event.sequence, now);
  Clock::time_point due = Clock::now() + http_client::Backoff({.initial_backoff = options.initial_backoff,
                                                               .max_backoff = options.max_backoff}, failures.attempts);
  if (answer.kind == WebhookAnswer::Kind::kUnreachable) due = std::max(due, WaitForEndpoint(answer, sent));
  // When nothing at all goes through, the events that wait for their first turn have failed as well.
  const Timestamp since = std::max(event.time, std::min(failures.since, *nothing_delivered_since_));
  if (now - since < options.give_up_after) {
    log::Info("a webhook is tried again", {{"subscription", id_}, {"sequence", event.sequence}, {"attempt", failures.attempts},
                                           {"delay_ms", std::chrono::ceil<milliseconds>(due - Clock::now()).count()},
                                           {"reason", answer.reason}});
    return queue_.PutBack(event.sequence, due);
  }
  lock.unlock();
  const Status kept = context_.subscriptions.AddDeadLetter({NewUlid(), id_, event.sequence, answer.reason, now});
  lock.lock();
  if (!kept.ok()) {
    log::Failure("a dead letter cannot be kept", {{"subscription", id_}, {"sequence", event.sequence}, {"reason", kept.error()}});
    return queue_.PutBack(event.sequence, Clock::now() + kErrorPause);
  }
  Count("dead_letter");
  log::Failure("a webhook is given up", {{"subscription", id_}, {"sequence", event.sequence}, {"reason", answer.reason}});
  queue_.Remove(event.sequence);
}

// Requests that were under way together fail together, which counts once.
DeliveryWorker::Clock::time_point DeliveryWorker::WaitForEndpoint(const WebhookAnswer& answer, Clock::time_point sent) {
  const auto& options = context_.options;
  const auto now = Clock::now();
  if (unreachable_ > 0 && sent < unreachable_since_ && !answer.retry_after) return paused_until_;
  unreachable_since_ = now;
  milliseconds delay = http_client::Backoff({.initial_backoff = options.initial_backoff, .max_backoff = options.max_backoff}, ++unreachable_);
  if (answer.retry_after) delay = std::max(delay, std::min(*answer.retry_after, options.max_backoff));
  paused_until_ = std::max(paused_until_, now + delay);
  return paused_until_;
}

// Another writer's event is that one's to redrive; one that is trimmed is nobody's.
Status DeliveryWorker::NoteGone(const DeadLetter& letter) {
  TARN_ASSIGN(const auto page, context_.store.ReadEvents(letter.sequence - 1, {}, 1));
  if (!page.trimmed_before) return Ok();
  return context_.subscriptions.RedriveFailed(letter.id, "the event is no longer in the log; its last failure: " + letter.reason);
}

void DeliveryWorker::Redrive(const Work& work, std::stop_token stop) {
  const DeadLetter& letter = *work.letter;
  const auto redrive = [&]() -> Status {
    TARN_ASSIGN(const auto event, ReadEvent(letter.sequence));
    if (!event) return NoteGone(letter);
    const WebhookAnswer answer = SendEvent(work, *event, stop);
    if (answer.kind == WebhookAnswer::Kind::kCancelled) return Ok();
    const bool delivered = answer.kind == WebhookAnswer::Kind::kDelivered;
    Count(delivered ? "success" : "failure");
    return delivered ? context_.subscriptions.RemoveDeadLetter(letter.id)
                     : context_.subscriptions.RedriveFailed(letter.id, answer.reason);
  };
  const Status redriven = redrive();
  if (!redriven.ok() && redriven.error().code() != Code::kNotFound) {
    log::Warn("a dead letter was not redriven", {{"id", letter.id}, {"reason", redriven.error()}});
  }
  const Lock lock(mutex_);
  redriving_.erase(letter.id);
}

void DeliveryWorker::Disable(const std::string& reason) {
  Count("disabled");
  log::Warn("a subscription is disabled", {{"subscription", id_}, {"reason", reason}});
  const Status disabled = context_.subscriptions.Disable(id_, reason);
  if (!disabled.ok()) log::Warn("a subscription cannot be disabled", {{"subscription", id_}, {"reason", disabled.error()}});
  const Lock lock(mutex_);
  news_.notify_all();
}

void DeliveryWorker::Count(const char* result) {
  context_.metrics.GetCounter("tarn_webhook_deliveries_total", "Webhook requests by what came of them.", {{"result", result}}).Add();
}

}  // namespace tarn::events

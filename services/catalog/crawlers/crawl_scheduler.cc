#include "services/catalog/crawlers/crawl_scheduler.h"

#include <algorithm>

#include "common/logging/log.h"
#include "common/schedule/firing_plan.h"

namespace tarn::catalog {
namespace {

constexpr std::chrono::milliseconds kRetryDelay = std::chrono::minutes(1);

}  // namespace

Status CrawlScheduler::Begin() {
  TARN_ASSIGN(alarm_, schedule::AlarmClock::Make());
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) alarm_->WaitUntil(RunDue(Now()));
  });
  return Ok();
}

void CrawlScheduler::Stop() {
  thread_.request_stop();
  Wake();
  if (thread_.joinable()) thread_.join();
}

void CrawlScheduler::Wake() {
  if (alarm_) alarm_->Wake();
}

std::optional<Timestamp> CrawlScheduler::RunDue(Timestamp now) {
  std::optional<Timestamp> next;
  for (const auto& crawler : crawlers_.List()) {
    if (!crawler->definition().schedule) continue;
    auto wake = RunDue(*crawler, now);
    if (!wake.ok()) {
      log::Failure("a scheduled crawl could not be planned",
                   {{"crawler", crawler->definition().name}, {"error", wake.error()}});
      wake = std::optional(now + kRetryDelay);
    }
    if (*wake && (!next || **wake < *next)) next = *wake;
  }
  return next;
}

Result<std::optional<Timestamp>> CrawlScheduler::RunDue(ActiveCrawler& crawler, Timestamp now) {
  const CrawlerDefinition& definition = crawler.definition();
  const schedule::Schedule& schedule = *definition.schedule;
  TARN_ASSIGN(CrawlerState state, store_.State(definition.name));
  if (state.timing != schedule.Timing()) {
    state.timing = schedule.Timing();
    state.anchor = state.handled = now;
    TARN_TRY(store_.SaveTiming(definition.name, state));
  }
  const schedule::Timetable timetable(schedule, definition.name, state.anchor);
  const auto plan = schedule::PlanFirings(timetable, state.handled, now);
  const bool paused = schedule.paused || state.paused_at.has_value();
  if (!paused) {
    for (const Timestamp firing : plan.firings) TARN_TRY(Fire(crawler, state, firing));
  }
  if (plan.handled != state.handled) {
    state.handled = plan.handled;
    TARN_TRY(store_.SaveTiming(definition.name, state));
  }
  const auto next = timetable.After(plan.handled);
  return next ? std::optional(timetable.Due(*next)) : std::nullopt;
}

Status CrawlScheduler::Fire(ActiveCrawler& crawler, CrawlerState state, Timestamp firing) {
  const CrawlerDefinition& definition = crawler.definition();
  const schedule::Overlap overlap = definition.schedule->overlap;
  if (crawler.runner().Unfinished() > 0 && overlap == schedule::Overlap::kForbid) {
    log::Info("a scheduled crawl is passed over: an earlier one goes on", {{"crawler", definition.name}});
    return Ok();
  }
  if (overlap == schedule::Overlap::kReplace) crawler.runner().CancelAll();
  CrawlRequest request;
  request.trigger = kBySchedule;
  request.scheduled_for = firing;
  // The crawl and the note that its firing is dealt with are one transaction: it is planned once.
  state.handled = firing;
  TARN_TRY(
      crawler.runner().Enqueue(request, store_, [&] { return store_.SaveTiming(definition.name, state); }));
  return Ok();
}

std::optional<Timestamp> CrawlScheduler::NextRun(const ActiveCrawler& crawler, Timestamp now) {
  const CrawlerDefinition& definition = crawler.definition();
  if (!definition.schedule || definition.schedule->paused) return std::nullopt;
  const auto state = store_.State(definition.name);
  if (!state.ok() || state->paused_at) return std::nullopt;
  const bool adopted = state->timing == definition.schedule->Timing();
  const Timestamp anchor = adopted ? state->anchor : now;
  return schedule::Timetable(*definition.schedule, definition.name, anchor).After(now);
}

}  // namespace tarn::catalog

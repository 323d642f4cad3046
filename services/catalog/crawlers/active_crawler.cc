#include "services/catalog/crawlers/active_crawler.h"

#include <algorithm>

#include "services/catalog/crawlers/definition_state.h"
#include "services/catalog/crawlers/page_cut.h"

namespace tarn::catalog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A crawler that is not busy has looked at the log by then.
constexpr milliseconds kQuickLook{50};
// Before it is cut to what one crawl takes.
constexpr int64_t kEventsPerPage = 2'000;

milliseconds Left(steady_clock::time_point until) {
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(until - steady_clock::now()));
}

}  // namespace

ActiveCrawler::ActiveCrawler(const CrawlerTools& tools, std::shared_ptr<const CrawlerDefinition> definition)
    : tools_(tools), crawler_(tools, std::move(definition)), runner_(crawler_, tools.crawls, tools.metrics) {}

Status ActiveCrawler::Start(bool paused) {
  const CrawlerDefinition& definition = crawler_.definition();
  const bool built_in = definition.name == kDefaultCrawler;
  if (definition.on_event && !built_in) {
    TARN_ASSIGN(const CrawlerState state, tools_.crawlers.State(definition.name));
    TARN_ASSIGN(const auto cursor, tools_.crawls.Cursor(definition.name));
    TARN_ASSIGN(const auto unfinished, tools_.crawls.Unfinished(definition.name));
    const bool is_new = !cursor || StateFromText(state.definition) != StateOf(definition);
    TARN_ASSIGN(const int64_t last, tools_.store.LastSequence());
    // From here on it follows the log; what was there before is found by looking at the objects.
    if (!cursor) TARN_TRY(tools_.crawls.MoveCursor(definition.name, last));
    if (is_new && unfinished.empty()) {
      CrawlRequest request;
      request.trigger = kByDefinition;
      TARN_TRY(runner_.Enqueue(request, tools_.crawlers));
    }
  }
  TARN_TRY(runner_.Start());
  return paused ? Ok() : Follow();
}

Status ActiveCrawler::Follow() {
  const CrawlerDefinition& definition = crawler_.definition();
  if (!definition.on_event) return Ok();
  TARN_ASSIGN(const auto cursor, tools_.crawls.Cursor(definition.name));
  events::ConsumerOptions options;
  options.name = "crawler " + definition.name;
  options.filter.bucket = definition.Bucket();
  options.batch_limit = kEventsPerPage;
  options.cut = CutPage;
  auto consumer = events::Consumer::Start(
      options, tools_.store, cursor.value_or(0),
      [this](const object_store::EventPage& page) { return crawler_.HandleEvents(page); });
  const std::lock_guard lock(mutex_);
  consumer_ = std::move(consumer);
  return Ok();
}

void ActiveCrawler::Stop() {
  crawler_.Stop();
  runner_.Stop();
  std::shared_ptr<events::Consumer> consumer;
  const std::lock_guard lock(mutex_);
  consumer.swap(consumer_);
}

Status ActiveCrawler::Pause() {
  TARN_TRY(tools_.crawlers.SavePause(crawler_.definition().name, Now()));
  std::shared_ptr<events::Consumer> consumer;
  {
    const std::lock_guard lock(mutex_);
    consumer.swap(consumer_);
  }
  return Ok();
}

Status ActiveCrawler::Resume() {
  TARN_TRY(tools_.crawlers.SavePause(crawler_.definition().name, std::nullopt));
  {
    const std::lock_guard lock(mutex_);
    if (consumer_) return Ok();
  }
  return Follow();
}

void ActiveCrawler::Wake() {
  const std::lock_guard lock(mutex_);
  if (consumer_) consumer_->Wake();
}

std::optional<int64_t> ActiveCrawler::cursor() const {
  const std::lock_guard lock(mutex_);
  return consumer_ ? std::optional(consumer_->cursor()) : std::nullopt;
}

Result<bool> ActiveCrawler::HasPending(int64_t cursor, int64_t sequence) const {
  const CrawlerDefinition& definition = crawler_.definition();
  object_store::EventFilter filter;
  filter.bucket = definition.Bucket();
  while (cursor < sequence) {
    TARN_ASSIGN(const auto page, tools_.store.ReadEvents(cursor, filter));
    if (page.trimmed_before) return true;
    for (const object_store::Event& event : page.events) {
      if (event.sequence > sequence) return false;
      if (definition.TargetOf(event.object.bucket, event.object.key)) return true;
    }
    if (page.last_sequence <= cursor) return false;
    cursor = page.last_sequence;
  }
  return false;
}

bool ActiveCrawler::WaitFor(int64_t sequence, milliseconds timeout, std::stop_token cancelled) {
  std::shared_ptr<events::Consumer> consumer;
  {
    const std::lock_guard lock(mutex_);
    consumer = consumer_;
  }
  if (!consumer) return true;
  const auto until = steady_clock::now() + timeout;
  if (consumer->WaitFor(sequence, std::min(timeout, kQuickLook), cancelled)) return true;
  // A crawl is under way. Who asks need not wait for it unless it has to do with what was committed.
  const auto pending = HasPending(consumer->cursor(), sequence);
  if (pending.ok() && !*pending) return true;
  return consumer->WaitFor(sequence, Left(until), std::move(cancelled));
}

}  // namespace tarn::catalog

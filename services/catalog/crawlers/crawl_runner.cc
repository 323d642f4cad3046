#include "services/catalog/crawlers/crawl_runner.h"

#include <algorithm>
#include <vector>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "services/catalog/crawlers/crawl_outcome.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxWaiting = 100;

}  // namespace

CrawlRunner::CrawlRunner(Crawler& crawler, CrawlStore& crawls, CrawlMetrics& metrics)
    : crawler_(crawler), crawls_(crawls), metrics_(metrics) {}

void CrawlRunner::Stop() {
  crawler_.Stop();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Status CrawlRunner::Start() {
  TARN_ASSIGN(const auto unfinished, crawls_.Unfinished(crawler_.definition().name));
  {
    const std::lock_guard lock(mutex_);
    for (const Crawl& crawl : unfinished) {
      const auto same = [&](const Crawl& other) { return other.id == crawl.id; };
      if (std::none_of(queue_.begin(), queue_.end(), same)) queue_.push_back(crawl);
    }
  }
  thread_ = std::jthread([this](std::stop_token stopped) { Loop(std::move(stopped)); });
  return Ok();
}

Result<Crawl> CrawlRunner::Enqueue(const CrawlRequest& request, CrawlerStore& crawlers,
                                   const std::function<Status()>& also) {
  Crawl crawl;
  crawl.id = NewUlid();
  crawl.crawler = crawler_.definition().name;
  crawl.trigger = request.trigger;
  crawl.bucket = crawler_.definition().Bucket();
  crawl.prefix = request.prefix;
  crawl.recrawl = request.recrawl;
  crawl.scheduled_for = request.scheduled_for;
  crawl.created_at = Now();
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxWaiting) {
      return Error(Code::kResourceExhausted, "too many crawls are waiting: " + std::to_string(queue_.size()));
    }
    TARN_TRY(crawlers.Transact([&]() -> Status {
      TARN_TRY(crawls_.Save(crawl));
      return also ? also() : Ok();
    }));
    queue_.push_back(crawl);
  }
  changed_.notify_one();
  return crawl;
}

int64_t CrawlRunner::Unfinished() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(queue_.size()) + (running_.empty() ? 0 : 1);
}

Status CrawlRunner::Cancel(const std::string& id) {
  std::unique_lock lock(mutex_);
  if (running_ == id) {
    cancel_running_.request_stop();
    return Ok();
  }
  const auto found =
      std::find_if(queue_.begin(), queue_.end(), [&](const Crawl& crawl) { return crawl.id == id; });
  if (found == queue_.end()) return Error(Code::kNotFound, "the crawl neither waits nor runs: " + id);
  Crawl crawl = std::move(*found);
  queue_.erase(found);
  lock.unlock();
  crawl.state = CrawlState::kCancelled;
  crawl.finished_at = Now();
  return crawls_.Save(crawl);
}

void CrawlRunner::CancelAll() {
  std::vector<std::string> ids;
  {
    const std::lock_guard lock(mutex_);
    for (const Crawl& crawl : queue_) ids.push_back(crawl.id);
    if (!running_.empty()) ids.push_back(running_);
  }
  for (const std::string& id : ids) (void)Cancel(id);  // it may have ended meanwhile
}

void CrawlRunner::Loop(std::stop_token stopped) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stopped, [&] { return !queue_.empty(); })) return;
    if (stopped.stop_requested()) return;
    Crawl crawl = std::move(queue_.front());
    queue_.pop_front();
    running_ = crawl.id;
    cancel_running_ = std::stop_source();
    lock.unlock();
    RunOne(std::move(crawl));
    lock.lock();
    running_.clear();
  }
}

void CrawlRunner::RunOne(Crawl crawl) {
  // What a former process had counted is counted again.
  crawl.counts = {};
  crawl.skipped.clear();
  const Status status = crawler_.Reconcile(crawl, cancel_running_.get_token());
  if (status.ok()) return;
  if (status.error().code() == Code::kCancelled) {
    // A crawl that a shutdown stopped stays unfinished and runs again at the next start.
    if (!cancel_running_.stop_requested()) return;
    crawl.state = CrawlState::kCancelled;
    crawl.finished_at = Now();
  } else {
    log::Failure("a crawl failed",
                 {{"crawler", crawl.crawler}, {"crawl", crawl.id}, {"error", status.error()}});
    MarkFailed(crawl, status.error());
  }
  Finish(crawl);
}

void CrawlRunner::Finish(Crawl& crawl) {
  metrics_.CountCrawl(crawl.state, *crawl.finished_at - crawl.started_at.value_or(crawl.created_at));
  if (const Status saved = crawls_.Save(crawl); !saved.ok()) {
    log::Failure("a crawl's end could not be saved", {{"crawl", crawl.id}, {"error", saved.error()}});
  }
}

}  // namespace tarn::catalog

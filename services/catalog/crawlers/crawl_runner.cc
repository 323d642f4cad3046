#include "services/catalog/crawlers/crawl_runner.h"

#include "common/ids/ulid.h"
#include "common/logging/log.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxWaiting = 100;

}  // namespace

CrawlRunner::CrawlRunner(DefaultCrawler& crawler, CrawlStore& crawls, CrawlMetrics& metrics)
    : crawler_(crawler), crawls_(crawls), metrics_(metrics) {}

CrawlRunner::~CrawlRunner() {
  crawler_.Stop();
  thread_.request_stop();
}

Status CrawlRunner::Start() {
  TARN_ASSIGN(const auto unfinished, crawls_.Unfinished());
  {
    const std::lock_guard lock(mutex_);
    queue_.insert(queue_.begin(), unfinished.begin(), unfinished.end());
  }
  thread_ = std::jthread([this](std::stop_token stopped) { Loop(std::move(stopped)); });
  return Ok();
}

Result<Crawl> CrawlRunner::Enqueue(const std::string& prefix) {
  Crawl crawl;
  crawl.id = NewUlid();
  crawl.trigger = "request";
  crawl.bucket = crawler_.bucket();
  crawl.prefix = prefix;
  crawl.created_at = Now();
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxWaiting) {
      return Error(Code::kResourceExhausted, "too many crawls are waiting: " + std::to_string(queue_.size()));
    }
    TARN_TRY(crawls_.Save(crawl));
    queue_.push_back(crawl);
  }
  changed_.notify_one();
  return crawl;
}

void CrawlRunner::Loop(std::stop_token stopped) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stopped, [&] { return !queue_.empty(); })) return;
    if (stopped.stop_requested()) return;
    Crawl crawl = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    RunOne(std::move(crawl));
  }
}

void CrawlRunner::RunOne(Crawl crawl) {
  // What a former process had counted is counted again.
  crawl.counts = {};
  const Status status = crawler_.Reconcile(crawl);
  // A crawl that a shutdown stopped stays unfinished and runs again at the next start.
  if (status.ok() || status.error().code() == Code::kCancelled) return;
  log::Failure("a crawl failed", {{"crawl", crawl.id}, {"error", status.error()}});
  crawl.state = CrawlState::kFailed;
  crawl.error = status.error();
  crawl.finished_at = Now();
  metrics_.CountCrawl(crawl.state, *crawl.finished_at - crawl.started_at.value_or(crawl.created_at));
  if (const Status saved = crawls_.Save(crawl); !saved.ok()) {
    log::Failure("a crawl's end could not be saved", {{"crawl", crawl.id}, {"error", saved.error()}});
  }
}

}  // namespace tarn::catalog

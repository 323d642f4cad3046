#include "services/catalog/crawlers/active_crawlers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "services/catalog/crawlers/definition_json.h"

namespace tarn::catalog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds Left(steady_clock::time_point until) {
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(until - steady_clock::now()));
}

}  // namespace

void ActiveCrawlers::Sync() {
  const std::lock_guard changing(changing_);
  std::map<std::string, std::shared_ptr<const CrawlerDefinition>> wanted;
  for (const DefinedCrawler& crawler : catalog_.List()) {
    if (crawler.definition) wanted[crawler.name] = crawler.definition;
  }
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    for (const auto& [name, entry] : entries_) names.push_back(name);
  }
  for (const std::string& name : names) {
    if (!wanted.contains(name)) Replace(name, nullptr);
  }
  for (const auto& [name, definition] : wanted) Replace(name, definition);
}

void ActiveCrawlers::Replace(const std::string& name,
                             const std::shared_ptr<const CrawlerDefinition>& definition) {
  const std::string text = definition ? json::Dump(DefinitionToJson(*definition)) : "";
  std::shared_ptr<ActiveCrawler> before;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = entries_.find(name);
    if (entry != entries_.end()) {
      if (entry->second.text == text) return;
      before = entry->second.crawler;
      entries_.erase(entry);
    }
  }
  // The old form has ended before the new one begins: one crawl at a time.
  if (before) before->Stop();
  if (!definition) return;
  auto crawler = std::make_shared<ActiveCrawler>(tools_, definition);
  const auto state = tools_.crawlers.State(name);
  const Status started = state.ok() ? crawler->Start(state->paused_at.has_value()) : Status(state.error());
  if (!started.ok()) {
    log::Failure("a crawler cannot be started", {{"crawler", name}, {"error", started.error()}});
    return;
  }
  const std::lock_guard lock(mutex_);
  entries_[name] = {text, std::move(crawler)};
}

void ActiveCrawlers::Stop() {
  const std::lock_guard changing(changing_);
  std::map<std::string, Entry> entries;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    entries.swap(entries_);
  }
  for (auto& [name, entry] : entries) entry.crawler->crawler().Stop();
  for (auto& [name, entry] : entries) entry.crawler->Stop();
}

Result<std::shared_ptr<ActiveCrawler>> ActiveCrawlers::Get(const std::string& name) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto entry = entries_.find(name); entry != entries_.end()) return entry->second.crawler;
  }
  TARN_ASSIGN(const DefinedCrawler defined, catalog_.Get(name));
  const Error reason = defined.error.value_or(Error(Code::kUnavailable, "it is being started"));
  return Error(defined.error ? Code::kUnprocessable : Code::kUnavailable,
               "the crawler cannot run: " + reason.message())
      .At(reason.where());
}

std::vector<std::shared_ptr<ActiveCrawler>> ActiveCrawlers::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<ActiveCrawler>> list;
  for (const auto& [name, entry] : entries_) list.push_back(entry.crawler);
  return list;
}

Status ActiveCrawlers::Cancel(const std::string& id) {
  for (const auto& crawler : List()) {
    const Status cancelled = crawler->runner().Cancel(id);
    if (cancelled.ok() || cancelled.error().code() != Code::kNotFound) return cancelled;
  }
  return Error(Code::kNotFound, "the crawl neither waits nor runs: " + id);
}

std::string ActiveCrawlers::Bucket() const {
  std::string bucket;
  for (const auto& crawler : List()) {
    if (!crawler->definition().on_event) continue;
    const std::string own = crawler->definition().Bucket();
    if (own.empty() || (!bucket.empty() && bucket != own)) return "";
    bucket = own;
  }
  return bucket;
}

void ActiveCrawlers::Wake() {
  for (const auto& crawler : List()) crawler->Wake();
}

int64_t ActiveCrawlers::cursor() const {
  std::optional<int64_t> least;
  for (const auto& crawler : List()) {
    const auto cursor = crawler->cursor();
    if (cursor && (!least || *cursor < *least)) least = cursor;
  }
  return least.value_or(0);
}

bool ActiveCrawlers::WaitFor(int64_t sequence, milliseconds timeout, std::stop_token cancelled) {
  const auto until = steady_clock::now() + timeout;
  const auto crawlers = List();
  for (const auto& crawler : crawlers) crawler->Wake();
  return std::all_of(crawlers.begin(), crawlers.end(),
                     [&](const auto& crawler) { return crawler->WaitFor(sequence, Left(until), cancelled); });
}

}  // namespace tarn::catalog

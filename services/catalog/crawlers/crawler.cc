#include "services/catalog/crawlers/crawler.h"

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/tracing/trace_context.h"
#include "services/catalog/crawlers/assembly.h"
#include "services/catalog/crawlers/crawl_outcome.h"
#include "services/catalog/crawlers/differences.h"
#include "services/catalog/crawlers/selection.h"
#include "services/catalog/inference/deadline.h"

namespace tarn::catalog {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kProgressInterval{500};
// Events of other folders move the cursor only now and then: each move is a write to the disk.
constexpr int64_t kCursorSlack = 1000;

// Trying again would end the same way.
bool IsFinal(Code code) {
  return code == Code::kUnprocessable || code == Code::kConflict || code == Code::kDeadlineExceeded;
}

// Stops when one of two tokens does.
class EitherToken {
 public:
  EitherToken(std::stop_token first, std::stop_token second)
      : first_(std::move(first), Stop{source_}), second_(std::move(second), Stop{source_}) {}
  std::stop_token token() const { return source_.get_token(); }

 private:
  struct Stop {
    std::stop_source source;
    void operator()() { source.request_stop(); }
  };
  std::stop_source source_;
  std::stop_callback<Stop> first_, second_;
};

}  // namespace

Status Crawler::HandleEvents(const object_store::EventPage& page) {
  const std::lock_guard lock(one_at_a_time_);
  TARN_ASSIGN(const auto stored, tools_.crawls.Cursor(definition_->name));
  const int64_t cursor = stored.value_or(0);
  if (page.last_sequence <= cursor) return Ok();

  Crawl crawl;
  crawl.id = NewUlid();
  crawl.crawler = definition_->name;
  crawl.trigger = kByEvents;
  crawl.bucket = definition_->Bucket();
  crawl.created_at = Now();
  crawl.started_at = crawl.created_at;
  CrawlBatch batch{crawl};
  batch.sequence = page.last_sequence;
  batch.cursor = page.last_sequence;
  std::string traceparent;
  if (page.trimmed_before) {
    log::Warn("events were trimmed before they were read: all targets are compared instead",
              {{"crawler", definition_->name},
               {"after_sequence", cursor},
               {"trimmed_before", *page.trimmed_before}});
    TARN_TRY(Prepare(batch, stop_.get_token()));
    batch.cursor = batch.sequence;
  }
  for (const object_store::Event& event : page.events) {
    if (page.trimmed_before) break;  // part of the differences
    if (event.sequence <= cursor || !definition_->TargetOf(event.object.bucket, event.object.key)) continue;
    batch.changes.Add({event});
    traceparent = event.traceparent;
  }
  if (batch.changes.empty()) {
    const bool worth_a_write = page.trimmed_before || *batch.cursor - cursor >= kCursorSlack;
    return worth_a_write ? tools_.crawls.MoveCursor(definition_->name, *batch.cursor) : Ok();
  }
  const ScopedTrace trace(TraceContext::FromTraceparent(traceparent));
  return RunEvents(batch);
}

Status Crawler::RunEvents(CrawlBatch& batch) {
  Deadline deadline(definition_->limits.time, stop_.get_token());
  Status status = [&]() -> Status {
    TARN_ASSIGN(TableNames names, LoadNames(false));
    TARN_ASSIGN(const auto changes, ReadAll(batch, names, deadline.token()));
    return Commit(batch, changes, names);
  }();
  if (status.ok()) return status;
  if (deadline.passed()) status = TookTooLong(*definition_);
  if (status.error().code() == Code::kCancelled) return status;
  MarkFailed(batch.crawl, status.error());
  tools_.metrics.CountCrawl(CrawlState::kFailed, Now() - *batch.crawl.started_at);
  if (!IsFinal(status.error().code())) return status;
  log::Failure("a crawl failed, and its events are passed over",
               {{"crawler", definition_->name}, {"crawl", batch.crawl.id}, {"error", status.error()}});
  return tools_.crawlers.Transact([&]() -> Status {
    TARN_TRY(tools_.crawls.Save(batch.crawl));
    return tools_.crawls.MoveCursor(definition_->name, *batch.cursor);
  });
}

Status Crawler::Reconcile(Crawl& crawl, std::stop_token cancelled) {
  const std::lock_guard lock(one_at_a_time_);
  const EitherToken either(std::move(cancelled), stop_.get_token());
  Deadline deadline(definition_->limits.time, either.token());
  crawl.state = CrawlState::kRunning;
  crawl.started_at = Now();
  TARN_TRY(tools_.crawls.Save(crawl));
  Status status = [&]() -> Status {
    CrawlBatch batch{crawl};
    TARN_TRY(Prepare(batch, deadline.token()));
    TARN_ASSIGN(TableNames names, LoadNames(batch.regroup));
    TARN_ASSIGN(const auto changes, ReadAll(batch, names, deadline.token()));
    return Commit(batch, changes, names);
  }();
  if (!status.ok() && deadline.passed()) return TookTooLong(*definition_);
  return status;
}

Result<Crawl> Crawler::Plan(std::stop_token cancelled) {
  Crawl crawl;
  crawl.id = NewUlid();
  crawl.crawler = definition_->name;
  crawl.trigger = kByPlan;
  crawl.bucket = definition_->Bucket();
  crawl.created_at = Now();
  crawl.started_at = crawl.created_at;
  const EitherToken either(std::move(cancelled), stop_.get_token());
  CrawlBatch batch{crawl};
  TARN_TRY(Prepare(batch, either.token()));
  TARN_ASSIGN(TableNames names, LoadNames(batch.regroup));
  TARN_ASSIGN(const auto changes, ReadAll(batch, names, either.token()));
  TARN_ASSIGN(const auto reports, tools_.tables.Plan(changes, {crawl.id, Now(), true}));
  TakeReports(reports, crawl);
  TakeRefusedFiles(reports, changes, crawl);
  MarkFinished(crawl);
  return crawl;
}

// Finds what differs, and by which rule it is read.
Status Crawler::Prepare(CrawlBatch& batch, std::stop_token cancelled) {
  const Crawl& crawl = batch.crawl;
  // Events that were trimmed are made up for by looking at what changed, whatever runs by hand do.
  const Recrawl own = crawl.trigger == kByEvents ? Recrawl::kChanged : definition_->recrawl;
  Recrawl recrawl = crawl.recrawl.value_or(own);
  TARN_ASSIGN(const DefinitionState before, StateBefore());
  const DefinitionState now = StateOf(*definition_);
  batch.new_definition = crawl.prefix.empty() && before != now;
  const bool new_rules = batch.new_definition && before.rules != now.rules;
  if (batch.new_definition && recrawl == Recrawl::kNewFolders) recrawl = Recrawl::kChanged;
  batch.everything = new_rules || recrawl == Recrawl::kEverything;
  batch.retry_failed = crawl.trigger != kByEvents;
  // Folders are grouped anew only where all of them are looked at.
  const bool similar = definition_->grouping.mode == Grouping::Mode::kSimilar;
  batch.regroup = new_rules || (crawl.prefix.empty() && similar && batch.everything);
  TARN_ASSIGN(const auto folders, tools_.crawlers.Folders(definition_->name));
  return FindDifferences(*definition_, recrawl, folders, tools_.store, tools_.tables, batch,
                         std::move(cancelled));
}

// The built-in definition never changes.
Result<DefinitionState> Crawler::StateBefore() {
  if (definition_->name == kDefaultCrawler) return StateOf(*definition_);
  TARN_ASSIGN(const CrawlerState state, tools_.crawlers.State(definition_->name));
  return StateFromText(state.definition);
}

Result<TableNames> Crawler::LoadNames(bool regroup) {
  std::vector<NamedFolder> folders;
  if (!regroup) {
    TARN_ASSIGN(folders, tools_.crawlers.Folders(definition_->name));
  }
  const auto is_foreign = [this](const TableName& name) -> Result<bool> {
    const auto table = tools_.tables.GetTable(name);
    if (table.ok()) return table->crawler != definition_->name;
    if (table.error().code() != Code::kNotFound) return table.error();
    return false;
  };
  return TableNames(definition_->table_prefix, folders, is_foreign);
}

Result<std::vector<TableChange>> Crawler::ReadAll(CrawlBatch& batch, TableNames& names,
                                                  std::stop_token cancelled) {
  BatchReader reader(tools_.store, definition_->Bucket(), tools_.inspection, definition_->classifiers);
  const auto select = [&](const ChangeSet& changes) {
    return SelectTargets(*definition_, tools_.tables, batch, changes);
  };
  const auto progress = [&](int64_t read, int64_t planned) { ReportProgress(batch, read, planned); };
  TARN_ASSIGN(Readings readings,
              reader.Read(batch.changes, batch.sequence, select, progress, std::move(cancelled)));
  batch.crawl.counts.files_vanished = reader.vanished();
  return Assemble(*definition_, std::move(readings), tools_.tables, names, batch);
}

void Crawler::ReportProgress(CrawlBatch& batch, int64_t files_read, int64_t files_planned) {
  Crawl& crawl = batch.crawl;
  crawl.counts.files_read = files_read;
  crawl.counts.files_planned = files_planned;
  // A crawl of events appears when it is done, a dry run never; nobody has their ids before.
  if (crawl.trigger == kByEvents || crawl.trigger == kByPlan) return;
  if (steady_clock::now() - last_save_ < kProgressInterval) return;
  last_save_ = steady_clock::now();
  const Status saved = tools_.crawls.Save(crawl);
  if (!saved.ok())
    log::Warn("a crawl's progress could not be saved", {{"crawl", crawl.id}, {"error", saved.error()}});
}

Status Crawler::Commit(CrawlBatch& batch, const std::vector<TableChange>& changes, const TableNames& names) {
  Crawl& crawl = batch.crawl;
  const auto also = [&](const std::vector<TableReport>& reports) -> Status {
    TakeReports(reports, crawl);
    TakeRefusedFiles(reports, changes, crawl);
    MarkFinished(crawl);
    // Events that are read twice say nothing new; a table that was left alone does.
    const bool replayed =
        crawl.trigger == kByEvents && crawl.state == CrawlState::kUnchanged && crawl.notes.empty();
    if (!replayed) TARN_TRY(tools_.crawls.Save(crawl));
    if (batch.regroup || !names.added().empty())
      TARN_TRY(tools_.crawlers.SaveFolders(definition_->name, names.added(), batch.regroup));
    if (batch.new_definition)
      TARN_TRY(tools_.crawlers.SaveDefinitionState(definition_->name, StateToText(StateOf(*definition_))));
    return batch.cursor ? tools_.crawls.MoveCursor(definition_->name, *batch.cursor) : Ok();
  };
  TARN_TRY(tools_.tables.Commit(changes, {crawl.id, Now(), crawl.trigger != kByEvents}, also));
  Publish(crawl);
  return Ok();
}

void Crawler::Publish(const Crawl& crawl) {
  tools_.metrics.CountCrawl(crawl.state, *crawl.finished_at - *crawl.started_at);
  // The crawl is committed: that the totals cannot be read is no reason to repeat it.
  if (const auto totals = tools_.tables.Totals(); totals.ok()) tools_.metrics.SetTotals(*totals);
  log::Info("crawled", {{"crawler", crawl.crawler},
                        {"crawl", crawl.id},
                        {"state", CrawlStateName(crawl.state)},
                        {"tables", crawl.counts.tables_changed},
                        {"added", crawl.counts.files_added},
                        {"removed", crawl.counts.files_removed},
                        {"failed", crawl.counts.files_failed},
                        {"duration_ms", (*crawl.finished_at - *crawl.started_at).count()}});
}

}  // namespace tarn::catalog

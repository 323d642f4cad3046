#include "services/catalog/crawlers/default_crawler.h"

#include <chrono>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/tracing/trace_context.h"
#include "services/catalog/crawlers/key_mapping.h"

namespace tarn::catalog {
namespace {

using std::chrono::steady_clock;

constexpr size_t kMaxReportedFailures = 100;
constexpr std::chrono::milliseconds kProgressInterval{500};

DataFile MakeDataFile(const object_store::ObjectInfo& object, const MappedKey& mapped,
                      const Inspection& inspection) {
  auto layout = std::make_shared<FileLayout>(inspection.layout);
  for (const PartitionValue& value : mapped.partition) {
    layout->partition.push_back({value.key, PartitionValueType(value.value), true});
  }
  return {object.bucket,   object.key,           object.version,   object.size_bytes,
          inspection.rows, object.last_modified, mapped.partition, std::move(layout)};
}

FailedFile MakeFailedFile(const object_store::ObjectInfo& object, const Error& error,
                          const std::string& crawl_id) {
  return {object.bucket,   object.key,    object.version, CodeName(error.code()),
          error.message(), error.where(), crawl_id,       Now()};
}

CrawlState FinalState(const CrawlCounts& counts) {
  if (counts.files_failed > 0) return CrawlState::kPartiallySucceeded;
  return counts.tables_changed > 0 ? CrawlState::kSucceeded : CrawlState::kUnchanged;
}

}  // namespace

// One crawl at work.
struct DefaultCrawler::Batch {
  Crawl& crawl;
  ChangeSet changes;
  int64_t sequence = 0;           // the event up to which `changes` are complete
  bool retry_failed = false;      // read files again that failed at the same version
  std::optional<int64_t> cursor;  // what the commit moves the cursor to
  steady_clock::time_point last_save{};
};

Status DefaultCrawler::HandleEvents(const object_store::EventPage& page) {
  const std::lock_guard lock(one_at_a_time_);
  TARN_ASSIGN(const int64_t cursor, crawls_.Cursor());
  if (page.last_sequence <= cursor) return Ok();

  Crawl crawl;
  crawl.id = NewUlid();
  crawl.trigger = "events";
  crawl.bucket = options_.bucket;
  crawl.created_at = Now();
  crawl.started_at = crawl.created_at;
  Batch batch{crawl, {}, page.last_sequence, false, page.last_sequence};
  std::string traceparent;
  if (page.trimmed_before) {
    log::Warn("events were trimmed before they were read: the whole bucket is compared instead",
              {{"bucket", options_.bucket}, {"after_sequence", cursor}, {"trimmed_before", *page.trimmed_before}});
    TARN_ASSIGN(batch.changes, Differences("", &batch.sequence));
    batch.cursor = batch.sequence;
  }
  for (const object_store::Event& event : page.events) {
    if (page.trimmed_before) break;  // part of the differences
    if (event.sequence <= cursor || !MapKey(event.object.key)) continue;
    batch.changes.Add({event});
    traceparent = event.traceparent;
  }
  if (batch.changes.empty()) return crawls_.MoveCursor(*batch.cursor);
  const ScopedTrace trace(TraceContext::FromTraceparent(traceparent));
  const Status status = Run(batch);
  if (!status.ok() && status.error().code() != Code::kCancelled)
    metrics_.CountCrawl(CrawlState::kFailed, Now() - *crawl.started_at);
  return status;
}

Status DefaultCrawler::Reconcile(Crawl& crawl) {
  const std::lock_guard lock(one_at_a_time_);
  crawl.state = CrawlState::kRunning;
  crawl.started_at = Now();
  TARN_TRY(crawls_.Save(crawl));
  Batch batch{crawl, {}, 0, true, std::nullopt};
  TARN_ASSIGN(batch.changes, Differences(crawl.prefix, &batch.sequence));
  return Run(batch);
}

Status DefaultCrawler::Run(Batch& batch) {
  BatchReader reader(store_, options_.bucket, options_.inspection);
  const auto select = [&](const ChangeSet& changes) { return SelectTargets(batch, changes); };
  const auto progress = [&](int64_t read, int64_t planned) {
    const Status saved = ReportProgress(batch, read, planned);
    if (!saved.ok())
      log::Warn("a crawl's progress could not be saved",
                {{"crawl", batch.crawl.id}, {"error", saved.error()}});
  };
  TARN_ASSIGN(const Readings readings,
              reader.Read(batch.changes, batch.sequence, select, progress, stop_.get_token()));
  batch.crawl.counts.files_vanished = reader.vanished();
  TARN_ASSIGN(auto by_table, Assemble(batch, readings));
  return Commit(batch, std::move(by_table));
}

Result<std::vector<ReadTarget>> DefaultCrawler::SelectTargets(const Batch& batch, const ChangeSet& changes) {
  std::vector<ReadTarget> targets;
  for (const auto& [key, change] : changes.changes()) {
    if (change.deleted) continue;
    const auto mapped = MapKey(key);
    if (!mapped) continue;
    TARN_ASSIGN(const auto known, tables_.FindObject(kDefaultCrawler, change.object.bucket, key));
    const bool read_before =
        known && known->version == change.object.version && !(known->failed && batch.retry_failed);
    if (!read_before) targets.push_back({change.object, mapped->format});
  }
  return targets;
}

Status DefaultCrawler::ReportProgress(Batch& batch, int64_t files_read, int64_t files_planned) {
  batch.crawl.counts.files_read = files_read;
  batch.crawl.counts.files_planned = files_planned;
  // A crawl of events appears when it is done; nobody has its id before.
  if (batch.crawl.trigger == "events" || steady_clock::now() - batch.last_save < kProgressInterval)
    return Ok();
  batch.last_save = steady_clock::now();
  return crawls_.Save(batch.crawl);
}

Result<std::map<TableName, TableChange>> DefaultCrawler::Assemble(Batch& batch, const Readings& readings) {
  std::map<TableName, TableChange> by_table;
  for (const auto& [key, change] : batch.changes.changes()) {
    const auto mapped = MapKey(key);
    if (!mapped) continue;
    const object_store::ObjectInfo& object = change.object;
    const auto change_of_table = [&]() -> TableChange& {
      TableChange& table = by_table[mapped->table];
      table.name = mapped->table;
      return table;
    };
    if (change.deleted) {
      TARN_ASSIGN(const auto known, tables_.FindObject(kDefaultCrawler, object.bucket, key));
      // Versions sort by time: a replayed deletion must not take out what was put since.
      if (known && known->version <= object.version)
        change_of_table().removed.push_back({object.bucket, key});
      continue;
    }
    const auto reading = readings.find({key, object.version});
    if (reading == readings.end()) continue;  // known before
    if (reading->second.ok()) {
      change_of_table().added.push_back(MakeDataFile(object, *mapped, *reading->second));
      continue;
    }
    FailedFile failed = MakeFailedFile(object, reading->second.error(), batch.crawl.id);
    ++batch.crawl.counts.files_failed;
    if (batch.crawl.failures.size() < kMaxReportedFailures)
      batch.crawl.failures.push_back({mapped->table, failed});
    change_of_table().failed.push_back(std::move(failed));
  }
  return by_table;
}

Status DefaultCrawler::Commit(Batch& batch, std::map<TableName, TableChange> by_table) {
  Crawl& crawl = batch.crawl;
  std::vector<TableChange> changes;
  for (auto& [name, change] : by_table) changes.push_back(std::move(change));

  const auto also = [&](const std::vector<TableReport>& reports) -> Status {
    for (const TableReport& table : reports) {
      if (!table.changed()) continue;
      crawl.tables.push_back(table);
      ++crawl.counts.tables_changed;
      crawl.counts.files_added += table.files_added;
      crawl.counts.files_removed += table.files_removed;
    }
    crawl.finished_at = Now();
    crawl.state = FinalState(crawl.counts);
    const bool replayed = crawl.trigger == "events" && crawl.state == CrawlState::kUnchanged;
    if (!replayed) TARN_TRY(crawls_.Save(crawl));
    return batch.cursor ? crawls_.MoveCursor(*batch.cursor) : Ok();
  };
  TARN_TRY(tables_.Commit(changes, {crawl.id, Now()}, also));

  metrics_.CountCrawl(crawl.state, *crawl.finished_at - *crawl.started_at);
  TARN_ASSIGN(const CatalogTotals totals, tables_.Totals());
  metrics_.SetTotals(totals);
  log::Info("crawled", {{"crawl", crawl.id},
                        {"state", CrawlStateName(crawl.state)},
                        {"tables", crawl.counts.tables_changed},
                        {"added", crawl.counts.files_added},
                        {"removed", crawl.counts.files_removed},
                        {"failed", crawl.counts.files_failed},
                        {"duration_ms", (*crawl.finished_at - *crawl.started_at).count()}});
  return Ok();
}

Result<ChangeSet> DefaultCrawler::Differences(const std::string& prefix, int64_t* sequence) {
  TARN_ASSIGN(*sequence, store_.LastSequence());
  TARN_ASSIGN(auto gone, tables_.KnownObjects(kDefaultCrawler, options_.bucket, prefix));
  ChangeSet changes;
  object_store::ListRequest request{options_.bucket, prefix, "", "", 1000};
  while (true) {
    TARN_ASSIGN(auto page, store_.List(request));
    for (object_store::ObjectInfo& object : page.objects) {
      gone.erase(object.key);
      if (MapKey(object.key)) changes.Set(std::move(object), false);
    }
    if (!page.truncated) break;
    if (stop_.stop_requested()) return Error(Code::kCancelled, "the crawl was stopped");
    request.after = page.next_after;
  }
  for (auto& [key, version] : gone) {
    object_store::ObjectInfo object;
    object.bucket = options_.bucket;
    object.key = key;
    object.version = version;
    changes.Set(std::move(object), true);
  }
  // Pages of a listing are of different moments. The events since it began lead all of them to the same one.
  object_store::EventFilter filter;
  filter.bucket = options_.bucket;
  while (true) {
    TARN_ASSIGN(const auto page, store_.ReadEvents(*sequence, filter));
    if (page.last_sequence <= *sequence) return changes;
    changes.Add(page.events);
    *sequence = page.last_sequence;
  }
}

}  // namespace tarn::catalog

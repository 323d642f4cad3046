#include "services/catalog/crawlers/crawl_outcome.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxReportedTables = 1000;
constexpr size_t kMaxReportedFailures = 100;

void CountTable(const TableReport& report, CrawlCounts& counts) {
  ++counts.tables_changed;
  counts.tables_added += report.outcome == TableOutcome::kCreated ? 1 : 0;
  counts.tables_updated += report.outcome == TableOutcome::kChanged ? 1 : 0;
  const bool gone = report.outcome == TableOutcome::kDeprecated || report.outcome == TableOutcome::kDeleted;
  counts.tables_deprecated += gone ? 1 : 0;
  counts.files_added += report.files_added;
  counts.files_removed += report.files_removed;
  counts.partitions_added += report.partitions_added;
  counts.partitions_removed += report.partitions_removed;
}

}  // namespace

void TakeReports(const std::vector<TableReport>& reports, Crawl& crawl) {
  for (const TableReport& report : reports) {
    for (const FailedFile& file : report.quarantined) {
      ++crawl.counts.files_failed;
      if (crawl.failures.size() < kMaxReportedFailures) crawl.failures.push_back({report.name, file});
    }
    if (report.changed()) CountTable(report, crawl.counts);
    const bool worth_telling = report.changed() || report.outcome == TableOutcome::kRefused;
    if (worth_telling && crawl.tables.size() < kMaxReportedTables) crawl.tables.push_back(report);
    if (report.outcome == TableOutcome::kRefused)
      crawl.notes.push_back("the table " + report.name.database + "." + report.name.table +
                            " was left alone: " + report.reason);
  }
}

void TakeRefusedFiles(const std::vector<TableReport>& reports, const std::vector<TableChange>& changes,
                      Crawl& crawl) {
  for (size_t i = 0; i < reports.size(); ++i) {
    const TableReport& report = reports[i];
    if (report.outcome != TableOutcome::kRefused) continue;
    crawl.counts.files_failed += static_cast<int64_t>(changes[i].added.size());
    for (const DataFile& file : changes[i].added) {
      if (crawl.failures.size() == kMaxReportedFailures) break;
      crawl.failures.push_back({report.name,
                                {file.bucket, file.key, file.version, CodeName(Code::kConflict),
                                 report.reason, "", crawl.id, Now()}});
    }
  }
}

void MarkFinished(Crawl& crawl) {
  crawl.finished_at = Now();
  crawl.state = crawl.counts.files_failed > 0     ? CrawlState::kPartiallySucceeded
                : crawl.counts.tables_changed > 0 ? CrawlState::kSucceeded
                                                  : CrawlState::kUnchanged;
}

void MarkFailed(Crawl& crawl, const Error& error) {
  crawl.finished_at = Now();
  crawl.state = CrawlState::kFailed;
  // Nothing was committed, whatever had been counted before.
  crawl.tables.clear();
  CrawlCounts& counts = crawl.counts;
  counts.tables_changed = counts.tables_added = counts.tables_updated = counts.tables_deprecated = 0;
  counts.files_added = counts.files_removed = counts.partitions_added = counts.partitions_removed = 0;
  crawl.error = error;
}

Error TookTooLong(const CrawlerDefinition& definition) {
  return Error(
      Code::kDeadlineExceeded,
      "the crawl took longer than the crawler's limit: raise limits.time, or look at less; the limit is " +
          std::to_string(definition.limits.time.count()) + " ms");
}

}  // namespace tarn::catalog

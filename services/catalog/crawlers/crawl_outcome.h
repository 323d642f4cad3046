#pragma once

#include <vector>

#include "services/catalog/crawlers/crawl.h"
#include "services/catalog/tables/table_change.h"

namespace tarn::catalog {

/// Counts what a commit did, or would do, and lists the first tables of it that changed or were refused.
void TakeReports(const std::vector<TableReport>& reports, Crawl& crawl);

/// Lists the files of tables that were refused as failures, each with the reason. `changes` are what the
/// commit was about, in the order of `reports`.
void TakeRefusedFiles(const std::vector<TableReport>& reports, const std::vector<TableChange>& changes,
                      Crawl& crawl);

/// Ends a crawl by its counts.
void MarkFinished(Crawl& crawl);
void MarkFailed(Crawl& crawl, const Error& error);

/// kDeadlineExceeded, with the limit.
Error TookTooLong(const CrawlerDefinition& definition);

}  // namespace tarn::catalog

#include "services/catalog/crawlers/crawl.h"

namespace tarn::catalog {

const char* CrawlStateName(CrawlState state) {
  switch (state) {
    case CrawlState::kQueued:
      return "queued";
    case CrawlState::kRunning:
      return "running";
    case CrawlState::kSucceeded:
      return "succeeded";
    case CrawlState::kPartiallySucceeded:
      return "partially_succeeded";
    case CrawlState::kFailed:
      return "failed";
    case CrawlState::kUnchanged:
      return "unchanged";
    case CrawlState::kCancelled:
      return "cancelled";
  }
  return "failed";
}

double Crawl::progress() const {
  if (finished()) return 1;
  if (counts.files_planned == 0) return 0;
  return static_cast<double>(counts.files_read) / static_cast<double>(counts.files_planned);
}

void Crawl::Skip(SkipReason reason, const std::string& key) {
  ++counts.files_skipped;
  SkippedFiles& files = skipped[reason];
  if (++files.files == 1) files.example = key;
}

}  // namespace tarn::catalog

#include "services/catalog/crawlers/selection.h"

#include <set>

namespace tarn::catalog {
namespace {

Error TooMuch(const char* what, const std::string& limit, const std::string& found) {
  return Error(Code::kUnprocessable, "the crawl would read more " + std::string(what) +
                                         " than the crawler's limit allows: raise limits." + what +
                                         ", or exclude some; the limit is " + limit + ", found are " + found);
}

// What the targets come to, against the limits.
class Budget {
 public:
  explicit Budget(const CrawlLimits& limits) : limits_(limits) {}

  Status Take(const object_store::ObjectInfo& object, const std::optional<TablePlace>& place) {
    bytes_ += object.size_bytes;
    if (++files_ > limits_.files)
      return TooMuch("files", std::to_string(limits_.files), "at least " + std::to_string(files_));
    if (bytes_ > limits_.bytes)
      return TooMuch("bytes", std::to_string(limits_.bytes), "at least " + std::to_string(bytes_));
    if (place && tables_.insert(place->Location()).second &&
        static_cast<int64_t>(tables_.size()) > limits_.tables)
      return TooMuch("tables", std::to_string(limits_.tables), "at least " + std::to_string(tables_.size()));
    return Ok();
  }

 private:
  const CrawlLimits& limits_;
  int64_t files_ = 0;
  uint64_t bytes_ = 0;
  std::set<std::string> tables_;
};

}  // namespace

Result<std::vector<ReadTarget>> SelectTargets(const CrawlerDefinition& definition, KnownObjectIndex& index,
                                              CrawlBatch& batch, const ChangeSet& changes) {
  std::vector<ReadTarget> targets;
  Budget budget(definition.limits);
  Crawl& crawl = batch.crawl;
  const bool counts = crawl.trigger == kByEvents;
  if (counts) {
    crawl.counts.files_seen = crawl.counts.files_skipped = 0;
    crawl.skipped.clear();
  }
  batch.known.clear();
  // What may have to be read.
  struct Found {
    const object_store::ObjectInfo& object;
    Candidate candidate;
  };
  std::vector<Found> found;
  std::vector<KnownObjectIndex::Place> places;
  const bool by_key = definition.grouping.mode != Grouping::Mode::kSimilar;
  for (const auto& [name, change] : changes.changes()) {
    const object_store::ObjectInfo& object = change.object;
    const CrawlTarget* target = definition.TargetOf(object.bucket, object.key);
    if (!target || change.deleted) continue;
    if (counts) ++crawl.counts.files_seen;
    const auto verdict = Consider(definition, *target, object.key, object.size_bytes);
    if (const auto* reason = std::get_if<SkipReason>(&verdict)) {
      if (counts) crawl.Skip(*reason, object.key);
      continue;
    }
    places.push_back(name);
    found.push_back({object, std::get<Candidate>(verdict)});
  }
  TARN_ASSIGN(const auto known, index.FindObjects(definition.name, places));
  for (size_t i = 0; i < found.size(); ++i) {
    const auto& [object, candidate] = found[i];
    const bool read_before = known[i] && known[i]->version == object.version && !batch.everything &&
                             !(known[i]->failed && batch.retry_failed);
    if (read_before) continue;
    TARN_TRY(budget.Take(object, by_key ? PlaceOf(definition, candidate) : std::nullopt));
    if (known[i]) batch.known.insert_or_assign(places[i], *known[i]);
    targets.push_back({object, candidate.format});
  }
  return targets;
}

}  // namespace tarn::catalog

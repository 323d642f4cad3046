#include "services/catalog/crawlers/differences.h"

#include <map>
#include <set>

namespace tarn::catalog {
namespace {

std::string FolderOf(const std::string& key) {
  const size_t slash = key.rfind('/');
  return slash == std::string::npos ? "" : key.substr(0, slash);
}

// What a crawler knows of the objects of one bucket.
struct KnownBucket {
  std::map<std::string, std::string> versions;  // by key; those that were found again are taken out
  std::set<std::string> failed;
  std::set<std::string> folders;
};

class Comparison {
 public:
  Comparison(const CrawlerDefinition& definition, Recrawl recrawl, object_store::ObjectStore& store,
             KnownObjectIndex& index, CrawlBatch& batch, std::stop_token cancelled)
      : definition_(definition),
        recrawl_(recrawl),
        store_(store),
        index_(index),
        batch_(batch),
        cancelled_(std::move(cancelled)) {}

  Status Load(const std::string& bucket) {
    if (known_.contains(bucket)) return Ok();
    KnownBucket& known = known_[bucket];
    const std::string& prefix = batch_.crawl.prefix;
    TARN_ASSIGN(known.versions, index_.KnownObjects(definition_.name, bucket, prefix));
    if (batch_.retry_failed) {
      TARN_ASSIGN(known.failed, index_.FailedObjects(definition_.name, bucket, prefix));
    }
    if (recrawl_ == Recrawl::kNewFolders) {
      for (const auto& [key, version] : known.versions) known.folders.insert(FolderOf(key));
    }
    return Ok();
  }

  Status List(const CrawlTarget& target) {
    const std::string& prefix = batch_.crawl.prefix;
    const bool apart = !prefix.starts_with(target.prefix) && !target.prefix.starts_with(prefix);
    if (apart) return Ok();
    object_store::ListRequest request{target.bucket, std::max(prefix, target.prefix), "", "", 1000};
    while (true) {
      auto page = store_.List(request);
      // A bucket that nobody has written to yet is as good as an empty one.
      if (!page.ok() && page.error().code() == Code::kNotFound) return Ok();
      if (!page.ok()) return page.error();
      for (object_store::ObjectInfo& object : page->objects) {
        if (definition_.TargetOf(object.bucket, object.key) == &target) Look(target, std::move(object));
      }
      if (!page->truncated) return Ok();
      if (cancelled_.stop_requested()) return Error(Code::kCancelled, "the crawl was stopped");
      request.after = page->next_after;
    }
  }

  // What was known and is no data file of a target any more.
  void AddGone() {
    if (recrawl_ == Recrawl::kNewFolders) return;
    for (auto& [bucket, known] : known_) {
      for (auto& [key, version] : known.versions) {
        object_store::ObjectInfo object;
        object.bucket = bucket;
        object.key = key;
        object.version = version;
        batch_.changes.Set(std::move(object), true);
      }
    }
  }

 private:
  void Look(const CrawlTarget& target, object_store::ObjectInfo object) {
    ++batch_.crawl.counts.files_seen;
    const auto verdict = Consider(definition_, target, object.key, object.size_bytes);
    if (const auto* reason = std::get_if<SkipReason>(&verdict)) return batch_.crawl.Skip(*reason, object.key);
    KnownBucket& known = known_[object.bucket];
    if (known.folders.contains(FolderOf(object.key))) return;
    const auto found = known.versions.find(object.key);
    const bool same = found != known.versions.end() && found->second == object.version;
    if (found != known.versions.end()) known.versions.erase(found);
    if (same && !batch_.everything && !known.failed.contains(object.key)) return;
    batch_.changes.Set(std::move(object), false);
  }

  const CrawlerDefinition& definition_;
  const Recrawl recrawl_;
  object_store::ObjectStore& store_;
  KnownObjectIndex& index_;
  CrawlBatch& batch_;
  const std::stop_token cancelled_;
  std::map<std::string, KnownBucket> known_;  // by bucket
};

// Pages of a listing are of different moments. The events since it began lead all of them to the same one.
Status CatchUp(const CrawlerDefinition& definition, object_store::ObjectStore& store, CrawlBatch& batch) {
  object_store::EventFilter filter;
  filter.bucket = definition.Bucket();
  while (true) {
    TARN_ASSIGN(const auto page, store.ReadEvents(batch.sequence, filter));
    if (page.last_sequence <= batch.sequence) return Ok();
    for (const object_store::Event& event : page.events) {
      if (definition.TargetOf(event.object.bucket, event.object.key)) batch.changes.Add({event});
    }
    batch.sequence = page.last_sequence;
  }
}

}  // namespace

Status FindDifferences(const CrawlerDefinition& definition, Recrawl recrawl,
                       const std::vector<NamedFolder>& folders, object_store::ObjectStore& store,
                       KnownObjectIndex& index, CrawlBatch& batch, std::stop_token cancelled) {
  TARN_ASSIGN(batch.sequence, store.LastSequence());
  Comparison comparison(definition, recrawl, store, index, batch, std::move(cancelled));
  for (const CrawlTarget& target : definition.targets) TARN_TRY(comparison.Load(target.bucket));
  // Buckets that an earlier form of the definition had as targets.
  for (const NamedFolder& folder : folders)
    TARN_TRY(comparison.Load(folder.location.substr(0, folder.location.find('/'))));
  for (const CrawlTarget& target : definition.targets) TARN_TRY(comparison.List(target));
  comparison.AddGone();
  return CatchUp(definition, store, batch);
}

}  // namespace tarn::catalog

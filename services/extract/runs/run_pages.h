#pragma once

#include <optional>
#include <string>

#include "common/object_store/object_store.h"
#include "services/extract/runs/run_store.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

/// Writes a run's pages as objects of the bucket `raw` and records them in the run. An object is committed
/// before it is recorded; a run that dies in between finds the object when it asks for it again.
class RunPages : public PageSink {
 public:
  /// Counts pages, records and bytes in `run.counts`.
  RunPages(object_store::ObjectStore& objects, RunStore& runs, Run& run)
      : objects_(objects), runs_(runs), run_(run) {}

  Result<std::optional<std::string>> Find(const PageId& page) override;
  Status Put(const PageId& page, std::string_view content, int64_t records) override;
  Status Finish(const std::string& stream) override;

  /// The key of a page's object.
  std::string Key(const PageId& page) const;

 private:
  /// "<source>/<stream>/run=<time>_<run id>/"
  std::string Folder(const std::string& stream) const;
  /// Commits unless the key exists already, which this run alone can have made.
  Result<object_store::ObjectInfo> Commit(const std::string& key, std::string_view content);

  object_store::ObjectStore& objects_;
  RunStore& runs_;
  Run& run_;
  std::optional<object_store::ObjectInfo> found_;  // by the last Find
};

}  // namespace tarn::extract

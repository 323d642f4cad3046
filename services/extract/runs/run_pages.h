#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/object_store/object_store.h"
#include "services/extract/runs/active_run.h"
#include "services/extract/runs/run_store.h"
#include "services/extract/sources/connector.h"
#include "services/extract/sources/source_file.h"

namespace tarn::extract {

/// Writes a run's pages as objects of the bucket `raw` and records them in the run. An object is committed
/// before it is recorded; a run that dies in between finds the object when it asks for it again. Thread-safe.
class RunPages : public PageSink {
 public:
  /// Takes secrets out of a text.
  using Redact = std::function<std::string(const std::string&)>;

  RunPages(object_store::ObjectStore& objects, RunStore& runs, ActiveRun& run, Compression compression,
           Redact redact)
      : objects_(objects), runs_(runs), run_(run), compression_(compression), redact_(std::move(redact)) {}

  Result<std::optional<std::string>> Find(const PageId& page) override;
  Result<bool> Has(const PageId& page) override;
  Status Put(const PageId& page, std::string_view content, const PageFacts& facts) override;
  Status PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) override;
  Status Finish(const std::string& stream) override;

  /// The key of a page's object.
  std::string Key(const PageId& page) const;

 private:
  /// "<source>/<stream>/run=<time>_<run id>/"
  std::string Folder(const std::string& stream) const;
  bool IsCompressed(const PageId& page) const {
    return page.name.empty() && compression_ == Compression::kGzip;
  }
  /// Commits what was written unless the key exists already, which this run alone can have made.
  Result<object_store::ObjectInfo> Commit(const std::string& key, object_store::StagingWriter& writer,
                                          object_store::PutOptions options);
  Status Record(const object_store::ObjectInfo& info, const PageFacts& facts);
  /// The object of a page that Find has found and nobody has put since, or nothing.
  std::optional<object_store::ObjectInfo> TakeFound(const std::string& key);

  object_store::ObjectStore& objects_;
  RunStore& runs_;
  ActiveRun& run_;
  const Compression compression_;
  const Redact redact_;
  std::mutex mutex_;
  // Few, as what is found is put again at once.
  std::unordered_map<std::string, object_store::ObjectInfo> found_;
};

}  // namespace tarn::extract

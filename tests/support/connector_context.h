#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/http_client/http_client.h"
#include "services/extract/sources/client/source_governor.h"
#include "services/extract/sources/connector.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {

/// The pages of one run, in memory. Thread-safe.
class MemoryPages : public PageSink {
 public:
  struct Page {
    std::string content;
    PageFacts facts;
  };

  Result<std::optional<std::string>> Find(const PageId& page) override;
  Result<bool> Has(const PageId& page) override;
  /// A page that is there keeps its content, as in the store.
  Status Put(const PageId& page, std::string_view content, const PageFacts& facts) override;
  Status PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) override;
  Status Finish(const std::string& stream) override;

  /// From now on: after `pages` more new pages, or manifests, everything is an error kInternal "the process
  /// is dead". Unless `record_last`, the last page is stored, but its Put fails as well.
  void DieAfter(int64_t pages, bool record_last = true);
  void Revive();

  /// By "<stream>/<name>", such as "albums/page-00000.json".
  std::map<std::string, Page> pages() const;
  /// The content of that page; empty if there is none.
  std::string Content(const std::string& key) const;
  /// The pages that were put in this process, and "<stream>/manifest.json" of each finished stream, as they
  /// came.
  std::vector<std::string> written() const;
  bool Finished(const std::string& stream) const;
  /// The sum over all pages.
  int64_t records() const;

  static std::string Key(const PageId& page);

 private:
  Status Step();

  mutable std::mutex mutex_;
  std::map<std::string, Page> pages_;
  std::vector<std::string> written_;
  std::optional<int64_t> left_;
  bool record_last_ = true;
};

/// What is remembered of a source, in memory. Thread-safe.
class MemoryState : public SavedState {
 public:
  Result<std::string> LoadCursor() override;
  void StageCursor(std::string cursor) override;
  Result<std::string> LoadNotes() override;
  Status SaveNotes(const std::string& notes) override;

  /// Makes the staged cursor the current one, as a run's success does.
  void CommitCursor();
  void DropStagedCursor();
  std::string cursor() const;
  std::string notes() const;

 private:
  mutable std::mutex mutex_;
  std::string cursor_;
  std::string notes_;
  std::optional<std::string> staged_;
};

/// Counts what a run tells. Thread-safe.
class MemoryProgress : public ProgressReporter {
 public:
  void Advance(double fraction) override;
  void Count(std::string_view name, int64_t amount = 1) override;
  void Expect(int64_t records) override;

  double fraction() const;
  int64_t count(const std::string& name) const;
  int64_t expected() const;

 private:
  mutable std::mutex mutex_;
  double fraction_ = 0;
  std::map<std::string, int64_t> counts_;
  int64_t expected_ = 0;
};

/// Everything a connector needs to run, without the service around it: real HTTP, quick retries, pages in
/// memory.
struct ConnectorLab {
  ConnectorLab();

  /// Runs it as a new run: no pages yet, counts from 0. A success moves the cursor, as it does in the
  /// service.
  Result<RunOutcome> Run(Connector& connector);
  /// Runs it over the pages that are there, as after a restart: nothing is left of what was counted before.
  Result<RunOutcome> Resume(Connector& connector);

  http_client::RetryPolicy retry;  ///< 4 tries, a few milliseconds apart; a Retry-After over 2 s is too long
  SourceLimits limits;
  http_client::HttpClient http;
  std::unique_ptr<MemoryPages> pages = std::make_unique<MemoryPages>();
  std::unique_ptr<MemoryProgress> progress = std::make_unique<MemoryProgress>();
  MemoryState state;
  TempDirectory home;
  std::stop_source cancel;
  std::optional<RunWindow> window;
  Timestamp created_at{};
  bool is_sample = false;
  std::optional<std::chrono::milliseconds> resume_after;  ///< of the last run

 private:
  int64_t run_ = 0;
};

}  // namespace tarn::extract

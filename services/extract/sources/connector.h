#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::extract {

class SourceClient;

/// Names one raw object of a run. The key is `<source>/<stream>/run=<time>_<run id>/<name>`.
struct PageId {
  std::string stream;  ///< a relative path like "playlist_items/playlist_id=abc"; only [A-Za-z0-9_=./-]
  int64_t number = 0;  ///< the name is "page-<number>.json"; counts from 0 without gaps within the stream
  std::string name{};  ///< unless one is given: a relative path that may be the end of a key
};

/// What is known of a page besides its content.
struct PageFacts {
  int64_t records = 0;
  std::string request{};       ///< for the manifest: "GET <url>"; secrets are taken out of it
  std::string first_record{};  ///< as JSON, for a sample of the source; may be empty
};

/// Takes what a connector reads. Thread-safe, so that pages may be fetched side by side.
class PageSink {
 public:
  virtual ~PageSink() = default;

  /// The content of that page if this run stored it before it was interrupted, else nothing. A connector asks
  /// before it fetches, so that a resumed run goes on where it stopped.
  virtual Result<std::optional<std::string>> Find(const PageId& page) = 0;
  /// Like Find, but only whether it is there: for pages whose content need not be looked at again.
  virtual Result<bool> Has(const PageId& page) = 0;

  /// Makes the page durable and records it. Doing so again with a page that was there only records it.
  /// Errors: kResourceExhausted (disk full), kInternal.
  virtual Status Put(const PageId& page, std::string_view content, const PageFacts& facts) = 0;
  /// Like Put, for content of any size: read from `file`, which stays where it is.
  virtual Status PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) = 0;

  /// Writes the stream's manifest, the sign that the stream is complete.
  virtual Status Finish(const std::string& stream) = 0;
};

/// Shows how far a run has come. Thread-safe.
class ProgressReporter {
 public:
  virtual ~ProgressReporter() = default;
  /// `fraction` in [0, 1]; a lower value than before is ignored.
  virtual void Advance(double fraction) = 0;
  /// Adds to a count shown in the run, such as "requests" or "null_entries".
  virtual void Count(std::string_view name, int64_t amount = 1) = 0;
  /// Adds to the records that the source says there are, over all streams.
  virtual void Expect(int64_t records) = 0;
};

/// What a connector remembers of a source from one run to the next, as JSON texts of its own; empty at first.
/// Thread-safe.
class SavedState {
 public:
  virtual ~SavedState() = default;

  /// How far the source has been read.
  virtual Result<std::string> LoadCursor() = 0;
  /// Takes effect together with the run's success, after its manifests, and not at all otherwise. The last
  /// one counts.
  virtual void StageCursor(std::string cursor) = 0;

  /// What holds however the run ends, such as a refresh token that was exchanged. Never shown.
  virtual Result<std::string> LoadNotes() = 0;
  /// Durable at once.
  virtual Status SaveNotes(const std::string& notes) = 0;
};

/// The stretch of time a run is for. Such a run is stateless: it neither uses nor moves the cursor.
struct RunWindow {
  Timestamp from;  ///< inclusive
  Timestamp to;    ///< exclusive
};

/// What the runner lends to a connector for one run.
struct RunContext {
  SourceClient& client;  ///< every request goes through it
  PageSink& pages;
  SavedState& state;
  ProgressReporter& progress;
  std::optional<RunWindow> window;  ///< of a backfill
  Timestamp created_at;             ///< of the run; the same when it is resumed
  std::filesystem::path
      scratch;  ///< a directory of the run's own; kept when it is interrupted, removed when it ends
  std::stop_token cancelled;
  bool is_sample = false;  ///< only a look: the beginning of the first page is enough
};

/// How a run that was not broken off ended. A run that leaves out anything has a problem.
struct RunOutcome {
  std::vector<Error> problems;  ///< parts that failed while others went on
  bool anything_stored = false;
  bool unchanged = false;  ///< the source has nothing that was not read before, and nothing was stored
};

/// Reads one source. Made anew for each run. Must give the same pages when it is run again over the pages
/// that PageSink::Find returns, and must not touch the object store otherwise.
class Connector {
 public:
  virtual ~Connector() = default;
  /// Errors end the run as failed, or, if SourceClient::ResumeAfter says so, put it off; kCancelled when
  /// `context.cancelled` asked for it.
  virtual Result<RunOutcome> Run(RunContext& context) = 0;
  /// Whether `window` of a run means anything to it.
  virtual bool TakesWindow() const { return false; }
};

}  // namespace tarn::extract

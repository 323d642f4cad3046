#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::extract {

/// Names one raw object of a run. The runner makes the key
/// `<source>/<stream>/run=<time>_<run id>/page-<number>.json` of it.
struct PageId {
  std::string stream;  ///< a relative path like "playlist_items/playlist_id=abc"; only [A-Za-z0-9_=./-]
  int64_t number = 0;  ///< counts from 0 without gaps within the stream
};

/// Takes what a connector reads. One thread at a time.
class PageSink {
 public:
  virtual ~PageSink() = default;

  /// The content of that page if this run stored it before it was interrupted, else nothing. A connector asks
  /// before it fetches, so that a resumed run goes on where it stopped.
  virtual Result<std::optional<std::string>> Find(const PageId& page) = 0;

  /// Makes the page durable and records it. Doing so again with a page that Find returned only records it.
  /// `records` is how many records it holds. Errors: kResourceExhausted, kInternal.
  virtual Status Put(const PageId& page, std::string_view content, int64_t records) = 0;

  /// Writes the stream's manifest, the sign that the stream is complete.
  virtual Status Finish(const std::string& stream) = 0;
};

/// Shows how far a run has come. One thread at a time.
class ProgressReporter {
 public:
  virtual ~ProgressReporter() = default;
  /// `fraction` in [0, 1]; a lower value than before is ignored.
  virtual void Advance(double fraction) = 0;
  /// Adds to a count shown in the run, such as "requests" or "null_entries".
  virtual void Count(std::string_view name, int64_t amount = 1) = 0;
};

/// What a connector remembers of a source from one run to the next, as JSON text of its own; empty at first.
class SavedState {
 public:
  virtual ~SavedState() = default;
  virtual Result<std::string> Load() = 0;
  virtual Status Save(const std::string& state) = 0;
};

/// What the runner lends to a connector for one run.
struct RunContext {
  http_client::HttpClient& http;
  http_client::RetryPolicy retry;
  PageSink& pages;
  SavedState& state;
  ProgressReporter& progress;
  std::stop_token cancelled;
};

/// How a run that was not broken off ended.
struct RunOutcome {
  std::vector<Error> problems;  ///< parts that failed while others went on
  bool anything_stored = false;
  /// Set if the source asked to be left alone for that long: the run goes on, where it is, after it.
  std::optional<std::chrono::milliseconds> resume_after;
};

/// Reads one source. Made anew for each run. Must give the same pages when it is run again over the pages
/// that PageSink::Find returns, and must not touch the object store otherwise.
class Connector {
 public:
  virtual ~Connector() = default;
  /// Errors end the run as failed; kCancelled when `context.cancelled` asked for it.
  virtual Result<RunOutcome> Run(RunContext& context) = 0;
};

}  // namespace tarn::extract

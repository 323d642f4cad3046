#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/time/time.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract::spotify {

/// What this application may do, as far as it was found out: in the source's notes. Thread-safe.
class Notes {
 public:
  /// `now` steers when something that was gone is tried again. Errors: those of SavedState.
  static Result<std::unique_ptr<Notes>> Load(SourceClient& client, SavedState& state, Timestamp now);

  /// "items" or "tracks": the endpoint of a playlist's entries that answered last.
  std::string playlist_endpoint() const;
  Status SetPlaylistEndpoint(const std::string& endpoint);

  /// The most results per page of a search that were accepted; 0 if unknown.
  int64_t search_limit() const;
  Status SetSearchLimit(int64_t limit);

  /// Whether the endpoint for several things of that kind was gone within the last week.
  bool BatchesAreGone(const std::string& kind) const;
  Status SetBatchesGone(const std::string& kind);

 private:
  Notes(SourceClient& client, SavedState& state, Timestamp now) : client_(client), state_(state), now_(now) {}
  Status Save();

  SourceClient& client_;
  SavedState& state_;
  const Timestamp now_;
  mutable std::mutex mutex_;
  std::string playlist_endpoint_ = "items";
  int64_t search_limit_ = 0;
  std::map<std::string, int64_t> batches_gone_;  // when, in ms since 1970
};

}  // namespace tarn::extract::spotify

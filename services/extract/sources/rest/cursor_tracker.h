#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/extract/sources/connector.h"
#include "services/extract/sources/rest/cursor_value.h"
#include "services/extract/sources/rest/options.h"

namespace tarn::extract::rest {

/// How far one stream has been read, and which records near that point were stored: requests ask for what is
/// at the last value or after it, so that records which share it are not missed, and these come again.
struct CursorState {
  std::optional<CursorValue> last;
  std::map<CursorValue, std::set<std::string>> seen;  ///< fingerprints of records by their cursor
};

nlohmann::json ToJson(const CursorState& state);
/// Nothing if it is not what ToJson made of values of this format: then the stream is read from its start
/// again.
std::optional<CursorState> ReadCursorState(const nlohmann::json& value, CursorFormat format);

/// Follows the cursor through the records of one stream in one run.
class CursorTracker {
 public:
  /// Remembers at most `max_seen` records; those with the lowest cursors are forgotten first, and then come
  /// twice.
  CursorTracker(const IncrementalOptions& options, CursorState saved, std::optional<RunWindow> window,
                size_t max_seen);

  /// What requests ask for: the window's start, the last cursor less the lag, or the configured start.
  std::optional<std::string> Start() const;
  /// The window's end, or else `now`. Times only.
  std::string End(Timestamp now) const;

  /// The cursors of a page's records, and which of the records are to be left out: stored in an earlier run,
  /// or outside of the window. Thread-safe beside Observe. Errors: kUnprocessable for a cursor of another
  /// format.
  struct Page {
    std::vector<std::optional<CursorValue>> cursors;  ///< of each record; nothing where it is null or missing
    std::vector<bool> left_out;
    int64_t left_out_count = 0;
  };
  Result<Page> Read(const std::vector<std::string_view>& records) const;

  /// Takes what Read found of the same records into account. One thread at a time.
  void Observe(const Page& page, const std::vector<std::string_view>& records);

  /// To be saved if the stream is read to its end.
  const CursorState& state() const { return now_; }

 private:
  std::string Fingerprint(std::string_view record) const;
  void Remember(const CursorValue& cursor, std::string fingerprint);
  void Forget();

  const IncrementalOptions& options_;
  const CursorState before_;
  const std::optional<RunWindow> window_;
  const size_t max_seen_;
  CursorState now_;
  size_t seen_count_ = 0;
};

}  // namespace tarn::extract::rest

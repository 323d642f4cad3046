#pragma once

#include <functional>
#include <string>
#include <vector>

#include "services/extract/sources/spotify/api.h"
#include "services/extract/sources/spotify/decisions.h"
#include "services/extract/sources/spotify/notes.h"

namespace tarn::extract::spotify {

/// What there is of one kind of thing with ids.
struct BatchKind {
  std::string name;  ///< of the endpoint, the stream, and the member of its answer: "albums"
  size_t max_ids;    ///< per request
  bool takes_market;
};

inline const BatchKind kTracks{"tracks", 50, true};
inline const BatchKind kAlbums{"albums", 20, true};
inline const BatchKind kArtists{"artists", 50, false};

/// Reads things by id, in batches, each into one raw page `{"albums": [...]}`, several at a time. Where the
/// batch endpoint is gone, it asks for one by one and makes the same page of them. One thread at a time.
class BatchReader {
 public:
  BatchReader(const Options& options, RunContext& context, Api& api, Notes& notes, Decisions& decisions)
      : options_(options), context_(context), api_(api), notes_(notes), decisions_(decisions) {}

  using OnPage = std::function<void(double fraction)>;

  /// Counts ids that the API does not know as "missing_albums" and the like; they are null in the page.
  /// Errors: kPermissionDenied, kUnprocessable naming the page and the place in it, and those of Api::Get and
  /// PageSink.
  Status Read(const BatchKind& kind, const std::vector<std::string>& ids, const OnPage& on_page);

 private:
  using Ids = std::vector<std::string>;
  /// How many ids were done.
  Result<size_t> ReadPage(const BatchKind& kind, const Ids& ids, int64_t number);
  Result<std::string> Fetch(const BatchKind& kind, const Ids& ids);
  Result<std::string> FetchOneByOne(const BatchKind& kind, const Ids& ids);
  std::string BatchPath(const BatchKind& kind, const Ids& ids) const;
  std::string Market(const BatchKind& kind, char separator) const;

  const Options& options_;
  RunContext& context_;
  Api& api_;
  Notes& notes_;
  Decisions& decisions_;
};

}  // namespace tarn::extract::spotify

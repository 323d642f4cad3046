#pragma once

#include <functional>
#include <string>
#include <vector>

#include "services/extract/sources/spotify/api.h"

namespace tarn::extract::spotify {

/// What there is of one kind of thing with ids: albums or artists.
struct BatchKind {
  std::string name;  ///< of the endpoint, the stream, and the member of its answer: "albums"
  size_t max_ids;    ///< per request
  bool takes_market;
};

inline const BatchKind kAlbums{"albums", 20, true};
inline const BatchKind kArtists{"artists", 50, false};

/// Reads things by id, in batches, each into one raw page `{"albums": [...]}`. Where the batch endpoint is
/// gone, it asks for one by one and makes the same page of them.
class BatchReader {
 public:
  BatchReader(const Options& options, RunContext& context, Api& api)
      : options_(options), context_(context), api_(api) {}

  using OnPage = std::function<void(double fraction)>;

  /// Errors: kPermissionDenied, kUnprocessable naming the page and the place in it, and those of Api::Get and
  /// PageSink.
  Status Read(const BatchKind& kind, const std::vector<std::string>& ids, const OnPage& on_page);

 private:
  using Ids = std::vector<std::string>;
  /// `*batches` is set to false once the batch endpoint turns out to be gone.
  Result<std::string> Fetch(const BatchKind& kind, const Ids& ids, bool* batches);
  Result<std::string> FetchOneByOne(const BatchKind& kind, const Ids& ids);
  std::string Market(const BatchKind& kind, char separator) const;

  const Options& options_;
  RunContext& context_;
  Api& api_;
};

}  // namespace tarn::extract::spotify

#pragma once

#include <functional>
#include <string>

#include "services/extract/sources/spotify/api.h"
#include "services/extract/sources/spotify/notes.h"
#include "services/extract/sources/spotify/paging.h"

namespace tarn::extract::spotify {

/// Reads the results of searches, each type of each query into a stream of its own. One thread at a time.
class SearchReader {
 public:
  SearchReader(const Options& options, RunContext& context, Api& api, Notes& notes)
      : options_(options), context_(context), api_(api), notes_(notes) {}

  using OnPage = std::function<void(double fraction)>;

  /// Errors: kPermissionDenied; kUnprocessable if the API does not take the query, naming the page and the
  /// place in it, or how many results there should be and how many there are; those of Api::Get and PageSink.
  Status Read(const Search& search, const std::string& type, const OnPage& on_page);

  /// "search/query=<readable part>-<hash>/type=<type>"
  static std::string StreamOf(const Search& search, const std::string& type);

 private:
  std::string Path(const Search& search, const std::string& type, int64_t limit, int64_t offset) const;
  Result<std::string> FetchPage(const Search& search, const std::string& type, int64_t limit, int64_t offset);
  /// Where the next page begins; nothing after the last one.
  Result<std::optional<int64_t>> Next(const Paging& page, int64_t offset, int64_t max_results) const;

  const Options& options_;
  RunContext& context_;
  Api& api_;
  Notes& notes_;
};

}  // namespace tarn::extract::spotify

#pragma once

#include <functional>
#include <string>

#include "services/extract/sources/ordered_parallel.h"
#include "services/extract/sources/spotify/collection.h"
#include "services/extract/sources/spotify/decisions.h"
#include "services/extract/sources/spotify/entries_page.h"
#include "services/extract/sources/spotify/id_list.h"

namespace tarn::extract::spotify {

/// The ids that were found in entries.
struct FoundIds {
  IdList tracks;
  IdList albums;
  IdList artists;
};

/// Reads all pages of collections, each into one raw page, several at a time. One thread at a time.
///
/// The state of a collection is stored before its first page, and looked at again after the last one. If the
/// collection changed meanwhile, it is read again, into the stream "<stream>/reading=2", so that no manifest
/// ever lists pages of different versions.
class CollectionReader {
 public:
  CollectionReader(const Options& options, RunContext& context, Api& api, Decisions& decisions)
      : options_(options),
        context_(context),
        api_(api),
        decisions_(decisions),
        connections_(options.connections) {}

  /// Called after each page with the part of the collection that is done, in [0, 1].
  using OnPage = std::function<void(double fraction)>;

  struct Reading {
    bool unchanged = false;
    std::string version;  ///< what was read; empty if the source does not tell
  };

  /// Adds the ids that the options ask for to `found`. Does nothing but ask if its version is
  /// `known_version`. Errors: kUnprocessable naming the page and the place in it, or how many entries there
  /// should be and how many there are; kConflict if it changes each time it is read; those of Collection,
  /// Api::Get and PageSink.
  Result<Reading> Read(Collection& collection, const std::string& known_version, FoundIds& found,
                       const OnPage& on_page);

 private:
  /// The pages that are to come, as the first one says.
  struct Plan {
    std::string stream;
    int64_t total = 0;
    int64_t limit = 1;
    int64_t Pages() const { return total <= limit ? 1 : (total + limit - 1) / limit; }
  };
  struct Entries {
    int64_t records = 0;
    int64_t null_entries = 0;
    int64_t local_tracks = 0;
    int64_t episodes = 0;
    FoundIds found;
  };

  Result<int> LastReading(const Collection& collection);
  Result<std::string> VersionIn(const Collection& collection, const std::string& state) const;
  /// kConflict: the pages do not fit together, as happens when the collection changes meanwhile.
  Status ReadPages(Collection& collection, Plan& plan, Entries& entries, const OnPage& on_page);
  Result<EntriesPage> ReadPage(Collection& collection, Plan& plan, int64_t number);
  Status CheckPage(const Collection& collection, const Plan& plan, const Paging& page, int64_t number) const;
  Status CheckNext(const Plan& plan, const Paging& page, int64_t number) const;
  void Count(const Entries& entries, FoundIds& found);
  WantedIds Wanted() const { return {options_.tracks, options_.albums, options_.artists}; }

  const Options& options_;
  RunContext& context_;
  Api& api_;
  Decisions& decisions_;
  Slots connections_;
};

}  // namespace tarn::extract::spotify

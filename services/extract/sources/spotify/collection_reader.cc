#include "services/extract/sources/spotify/collection_reader.h"

#include <algorithm>

#include "services/extract/sources/ordered_parallel.h"

namespace tarn::extract::spotify {
namespace {

constexpr int kMaxReadings = 3;
constexpr int64_t kMaxEntries = 1'000'000;  // a playlist holds 10,000
constexpr int64_t kMaxPages = 100'000;

std::string StreamOf(const Collection& collection, int reading) {
  return collection.stream() + (reading == 1 ? "" : "/reading=" + std::to_string(reading));
}

PageId StateId(const Collection& collection, int reading) {
  return {StreamOf(collection, reading), 0, collection.state_name()};
}

std::string Number(int64_t value) { return std::to_string(value); }

Error AtPage(const Error& error, const Collection& collection, int64_t number) {
  return Error(error.code(), "page " + Number(number) + " of " + collection.what() +
                                 " is not what the API documents: " + error.message())
      .At(error.where());
}

Error Malformed(const std::string& body, const Error& error) {
  const size_t start = body.find_first_not_of(" \t\r\n");
  if (start == std::string::npos || body[start] != '<') return error;
  return Error(Code::kUnprocessable, "it is HTML instead of JSON").At(error.where());
}

}  // namespace

Result<CollectionReader::Reading> CollectionReader::Read(Collection& collection,
                                                         const std::string& known_version, FoundIds& found,
                                                         const OnPage& on_page) {
  if (decisions_.WasUnchanged(collection.stream())) return Reading{true, known_version};
  TARN_ASSIGN(const int first, LastReading(collection));
  std::optional<std::string> state;
  for (int reading = first; reading <= kMaxReadings; ++reading) {
    if (!state) {
      TARN_ASSIGN(state, context_.pages.Find(StateId(collection, reading)));
    }
    const bool stored = state.has_value();
    if (!stored) {
      TARN_ASSIGN(state, collection.FetchState());
    }
    TARN_ASSIGN(const std::string version, VersionIn(collection, *state));
    if (!stored && !version.empty() && version == known_version) {
      decisions_.NoteUnchanged(collection.stream());
      return Reading{true, version};
    }
    TARN_TRY(context_.pages.Put(StateId(collection, reading), *state,
                                {.request = "GET " + api_.Url(collection.StatePath())}));

    Plan plan{StreamOf(collection, reading)};
    Entries entries;
    const Status read = ReadPages(collection, plan, entries, on_page);
    if (!read.ok() && read.error().code() != Code::kConflict) return read.error();
    // One page is of one version; if that is a newer one, the next run reads it again.
    const bool may_be_mixed = plan.Pages() > 1 && !decisions_.WasWhole(plan.stream);
    const bool look_again = !version.empty() && (!read.ok() || may_be_mixed);
    if (look_again) {
      TARN_ASSIGN(state, collection.FetchState());
      TARN_ASSIGN(const std::string version_now, VersionIn(collection, *state));
      if (version_now != version) {
        context_.progress.Count("changed_while_read");
        continue;
      }
    }
    if (!read.ok()) return Error(Code::kUnprocessable, read.error().message()).At(read.error().where());
    if (look_again) decisions_.NoteWhole(plan.stream);
    TARN_TRY(context_.pages.Finish(plan.stream));
    Count(entries, found);
    return Reading{false, version};
  }
  return Error(Code::kConflict, collection.what() + " changed each of the " + Number(kMaxReadings) +
                                    " times it was read; run again when it is left alone");
}

/// A reading is over when the next one has begun.
Result<int> CollectionReader::LastReading(const Collection& collection) {
  int reading = 1;
  for (; reading < kMaxReadings; ++reading) {
    TARN_ASSIGN(const bool next_has_begun, context_.pages.Has(StateId(collection, reading + 1)));
    if (!next_has_begun) break;
  }
  return reading;
}

Result<std::string> CollectionReader::VersionIn(const Collection& collection,
                                                const std::string& state) const {
  auto version = collection.VersionIn(state);
  if (version.ok()) return version;
  const Error error = Malformed(state, version.error());
  return Error(error.code(),
               "the state of " + collection.what() + " is not what the API documents: " + error.message())
      .At(error.where());
}

Status CollectionReader::ReadPages(Collection& collection, Plan& plan, Entries& entries,
                                   const OnPage& on_page) {
  const auto take = [&](int64_t, EntriesPage page) -> Status {
    entries.records += page.paging.records;
    entries.null_entries += page.null_entries;
    entries.local_tracks += page.local_tracks;
    entries.episodes += page.episodes;
    entries.found.tracks.Add(page.tracks);
    entries.found.albums.Add(page.albums);
    entries.found.artists.Add(page.artists);
    on_page(static_cast<double>(entries.records) /
            static_cast<double>(std::max({entries.records, plan.total, int64_t{1}})));
    return Ok();
  };
  TARN_ASSIGN(EntriesPage first, ReadPage(collection, plan, 0));
  TARN_TRY(take(0, std::move(first)));
  TARN_TRY(OrderedParallel<EntriesPage>(
      plan.Pages() - 1, ThreadsFor(options_.connections),
      [&](int64_t index) { return ReadPage(collection, plan, index + 1); }, take));
  if (entries.records == plan.total) return Ok();
  return Error(Code::kConflict, collection.what() + " has " + Number(plan.total) +
                                    " entries, says the API, but " + Number(entries.records) + " came");
}

Result<EntriesPage> CollectionReader::ReadPage(Collection& collection, Plan& plan, int64_t number) {
  const PageId id{plan.stream, number};
  TARN_ASSIGN(std::optional<std::string> body, context_.pages.Find(id));
  if (!body) {
    const int64_t limit = number == 0 ? options_.page_size : plan.limit;
    const Slots::Held connection(connections_);
    TARN_ASSIGN(body, collection.FetchPage(limit, number * plan.limit));
  }
  auto page = ReadEntriesPage(*body, Wanted());
  if (!page.ok()) return AtPage(Malformed(*body, page.error()), collection, number);
  const Paging& paging = page->paging;
  if (number == 0) {
    plan.total = *paging.total;
    plan.limit = std::max<int64_t>(1, paging.limit.value_or(options_.page_size));
    if (plan.total > kMaxEntries || plan.Pages() > kMaxPages) {
      return Error(Code::kUnprocessable, "the pages of " + collection.what() + " do not end: it has " +
                                             Number(plan.total) + " entries, says the API");
    }
  }
  TARN_TRY(CheckPage(collection, plan, paging, number));
  const PageFacts facts{.records = paging.records,
                        .request = "GET " + api_.Url(collection.PagePath(plan.limit, number * plan.limit)),
                        .first_record = std::string(paging.first_item)};
  if (number == 0) context_.progress.Expect(plan.total);
  TARN_TRY(context_.pages.Put(id, *body, facts));
  page->paging.first_item = {};
  return page;
}

Status CollectionReader::CheckPage(const Collection& collection, const Plan& plan, const Paging& page,
                                   int64_t number) const {
  const std::string what = "page " + Number(number) + " of " + collection.what();
  if (*page.total != plan.total) {
    return Error(Code::kConflict, what + " says that there are " + Number(*page.total) +
                                      " entries, but the first page said " + Number(plan.total));
  }
  if (page.offset && *page.offset != number * plan.limit) {
    return Error(Code::kUnprocessable, what + " begins at entry " + Number(*page.offset) + " instead of " +
                                           Number(number * plan.limit));
  }
  const Status next = CheckNext(plan, page, number);
  if (next.ok()) return next;
  return Error(next.error().code(), what + ": " + next.error().message()).At(next.error().where());
}

Status CollectionReader::CheckNext(const Plan& plan, const Paging& page, int64_t number) const {
  const bool more = number + 1 < plan.Pages();
  if (page.next.empty()) {
    if (!more) return Ok();
    return Error(Code::kConflict, "no page follows after " + Number(number * plan.limit + page.records) +
                                      " of " + Number(plan.total) + " entries");
  }
  TARN_TRY(api_.CheckLink(page.next));
  const auto offset = QueryNumber(page.next, "offset");
  if (!offset || *offset <= number * plan.limit) {
    return Error(Code::kUnprocessable,
                 "it points to itself or to a page before it, so that the pages do not end")
        .At(page.next);
  }
  if (!more) {
    return Error(Code::kConflict,
                 "another page follows, although there are " + Number(plan.total) + " entries only");
  }
  if (*offset != (number + 1) * plan.limit) {
    return Error(Code::kUnprocessable, "the next page begins at entry " + Number(*offset) + " instead of " +
                                           Number((number + 1) * plan.limit))
        .At(page.next);
  }
  return Ok();
}

void CollectionReader::Count(const Entries& entries, FoundIds& found) {
  context_.progress.Count("null_entries", entries.null_entries);
  context_.progress.Count("local_tracks", entries.local_tracks);
  context_.progress.Count("episodes", entries.episodes);
  found.tracks.Add(entries.found.tracks.ids());
  found.albums.Add(entries.found.albums.ids());
  found.artists.Add(entries.found.artists.ids());
}

}  // namespace tarn::extract::spotify

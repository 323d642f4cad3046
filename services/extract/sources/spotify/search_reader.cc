#include "services/extract/sources/spotify/search_reader.h"

#include <algorithm>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/text/percent_encoding.h"

namespace tarn::extract::spotify {
namespace {

constexpr int64_t kMaxLimit = 50;
constexpr int64_t kLimitInDevelopmentMode = 10;
constexpr size_t kReadableBytes = 40;

/// Lower-case letters and digits; whatever else stands between them becomes one '-'.
std::string Readable(const std::string& query) {
  std::string readable;
  for (const char c : query) {
    const auto lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      readable += lower;
    } else if (!readable.empty() && readable.back() != '-') {
      readable += '-';
    }
    if (readable.size() == kReadableBytes) break;
  }
  while (!readable.empty() && readable.back() == '-') readable.pop_back();
  return readable;
}

std::string ShortHash(const std::string& text) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, text).substr(0, 4));
}

/// The paging object of that type in an answer. Errors: kUnprocessable.
Result<Paging> ReadResults(const std::string& body, const std::string& member) {
  json::PullReader in(body);
  Paging results;
  if (in.AtObject()) {
    in.Object([&](std::string_view name) {
      if (name == member) {
        results = ReadPaging(in, [&in] { in.Skip(); });
      } else {
        in.Skip();
      }
    });
  } else {
    in.Skip();
  }
  TARN_TRY(in.Finish());
  if (!results.has_items)
    return Error(Code::kUnprocessable, "expected an array of results").At("/" + member + "/items");
  if (!results.total || *results.total < 0) {
    return Error(Code::kUnprocessable, "expected the number of all results").At("/" + member + "/total");
  }
  return results;
}

std::string What(const Search& search, const std::string& type) {
  return "the search for " + type + "s with the query \"" + search.query + "\"";
}

}  // namespace

std::string SearchReader::StreamOf(const Search& search, const std::string& type) {
  const std::string readable = Readable(search.query);
  return "search/query=" + readable + (readable.empty() ? "" : "-") + ShortHash(search.query) +
         "/type=" + type;
}

Status SearchReader::Read(const Search& search, const std::string& type, const OnPage& on_page) {
  const std::string stream = StreamOf(search, type);
  int64_t records = 0, expected = 0, limit = 0;
  std::optional<int64_t> offset = 0;
  for (int64_t number = 0; offset; ++number) {
    const PageId id{stream, number};
    TARN_ASSIGN(std::optional<std::string> body, context_.pages.Find(id));
    if (!body) {
      TARN_ASSIGN(body, FetchPage(search, type, limit, *offset));
    }
    const auto results = ReadResults(*body, type + "s");
    if (!results.ok()) {
      return Error(results.error().code(), "page " + std::to_string(number) + " of " + What(search, type) +
                                               " is not what the API documents: " + results.error().message())
          .At(results.error().where());
    }
    limit = std::clamp<int64_t>(results->limit.value_or(kLimitInDevelopmentMode), 1, kMaxLimit);
    // The number of results is an estimate that the API makes anew for each page.
    expected = std::min(*results->total, search.max_results);
    if (number == 0) context_.progress.Expect(expected);
    const PageFacts facts{.records = results->records,
                          .request = "GET " + api_.Url(Path(search, type, limit, *offset)),
                          .first_record = std::string(results->first_item)};
    TARN_ASSIGN(offset, Next(*results, *offset, search.max_results));
    TARN_TRY(context_.pages.Put(id, *body, facts));
    records += results->records;
    on_page(static_cast<double>(records) / static_cast<double>(std::max({records, expected, int64_t{1}})));
  }
  if (records < expected) {
    return Error(Code::kUnprocessable, What(search, type) + " has " + std::to_string(expected) +
                                           " results, says the API, but " + std::to_string(records) +
                                           " came");
  }
  return context_.pages.Finish(stream);
}

Result<std::optional<int64_t>> SearchReader::Next(const Paging& page, int64_t offset,
                                                  int64_t max_results) const {
  if (page.next.empty()) return std::optional<int64_t>();
  TARN_TRY(api_.CheckLink(page.next));
  const auto next = QueryNumber(page.next, "offset");
  if (!next || *next <= offset) {
    return Error(Code::kUnprocessable, "a page of results points to itself or to a page before it")
        .At(page.next);
  }
  return *next < max_results ? next : std::optional<int64_t>();
}

Result<std::string> SearchReader::FetchPage(const Search& search, const std::string& type, int64_t limit,
                                            int64_t offset) {
  const bool first = limit == 0;
  if (first) {
    limit = std::min({options_.page_size, kMaxLimit, search.max_results});
    if (notes_.search_limit() > 0) limit = std::min(limit, notes_.search_limit());
  }
  TARN_ASSIGN(Api::Answer answer, api_.Get(Path(search, type, limit, offset)));
  if (answer.status == 400 && first && limit > kLimitInDevelopmentMode) {
    limit = kLimitInDevelopmentMode;
    TARN_ASSIGN(answer, api_.Get(Path(search, type, limit, offset)));
    if (answer.status == 200) TARN_TRY(notes_.SetSearchLimit(limit));
  }
  if (answer.status == 200) return std::move(answer.body);
  const std::string said = SaidBySpotify(answer.body);
  if (answer.status == 403) {
    return Error(Code::kPermissionDenied,
                 "Spotify does not let this application search" + said + ": " + search.query);
  }
  return Error(Code::kUnprocessable, "the API does not take " + What(search, type) + said);
}

std::string SearchReader::Path(const Search& search, const std::string& type, int64_t limit,
                               int64_t offset) const {
  return "/search?q=" + text::PercentEncode(search.query) + "&type=" + type +
         "&limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset) +
         (options_.market.empty() ? "" : "&market=" + options_.market);
}

}  // namespace tarn::extract::spotify

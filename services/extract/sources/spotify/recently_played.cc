#include "services/extract/sources/spotify/recently_played.h"

#include <algorithm>
#include <charconv>

#include "common/time/time.h"
#include "services/extract/sources/spotify/paging.h"

namespace tarn::extract::spotify {
namespace {

const char kStream[] = "recently_played";
constexpr int64_t kLimit = 50;
constexpr int64_t kMaxPages = 100;

struct Plays {
  Paging paging;
  std::optional<int64_t> latest;  // in ms since 1970
};

void NoteLatest(std::optional<int64_t>& latest, int64_t time) {
  latest = std::max(latest.value_or(time), time);
}

/// The cursor is a number within quotes.
void ReadCursors(json::PullReader& in, std::optional<int64_t>& latest) {
  if (!in.AtObject()) return in.Skip();
  in.Object([&](std::string_view name) {
    if (name != "after") return in.Skip();
    const auto text = in.String();
    int64_t time = 0;
    if (!text) return;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), time);
    if (error == std::errc() && end == text->data() + text->size()) NoteLatest(latest, time);
  });
}

void ReadPlay(json::PullReader& in, std::optional<int64_t>& latest) {
  if (!in.AtObject()) return in.Skip();
  in.Object([&](std::string_view name) {
    if (name != "played_at") return in.Skip();
    const auto time = ParseRfc3339(in.String().value_or(""));
    if (time.ok()) NoteLatest(latest, ToUnixMillis(*time));
  });
}

Result<Plays> ReadPlays(const std::string& body) {
  json::PullReader in(body);
  Plays plays;
  plays.paging = ReadPaging(
      in, [&] { ReadPlay(in, plays.latest); },
      [&](std::string_view name) {
        if (name == "cursors") return ReadCursors(in, plays.latest);
        in.Skip();
      });
  TARN_TRY(in.Finish());
  if (!plays.paging.has_items) return Error(Code::kUnprocessable, "expected an array of plays").At("/items");
  if (plays.paging.records > 0 && !plays.latest) {
    return Error(Code::kUnprocessable, "expected when the track was played").At("/items/0/played_at");
  }
  return plays;
}

std::string Path(std::optional<int64_t> after) {
  return "/me/player/recently-played?limit=" + std::to_string(kLimit) +
         (after ? "&after=" + std::to_string(*after) : "");
}

Result<std::string> Fetch(Api& api, std::optional<int64_t> after) {
  TARN_ASSIGN(Api::Answer answer, api.Get(Path(after)));
  if (answer.status == 200) return std::move(answer.body);
  return Error(
      Code::kPermissionDenied,
      "Spotify does not give this application what the user played; the refresh_token needs the scope "
      "user-read-recently-played" +
          SaidBySpotify(answer.body));
}

}  // namespace

Result<std::optional<int64_t>> ReadRecentlyPlayed(RunContext& context, Api& api,
                                                  std::optional<int64_t> after) {
  std::optional<int64_t> latest;
  for (int64_t number = 0; number < kMaxPages; ++number) {
    const PageId id{kStream, number};
    TARN_ASSIGN(std::optional<std::string> body, context.pages.Find(id));
    if (!body) {
      TARN_ASSIGN(body, Fetch(api, after));
    }
    const auto plays = ReadPlays(*body);
    if (!plays.ok()) {
      return Error(plays.error().code(), "page " + std::to_string(number) +
                                             " of what was recently played is not what the API documents: " +
                                             plays.error().message())
          .At(plays.error().where());
    }
    if (plays->paging.records == 0) break;
    const PageFacts facts{.records = plays->paging.records,
                          .request = "GET " + api.Url(Path(after)),
                          .first_record = std::string(plays->paging.first_item)};
    TARN_TRY(context.pages.Put(id, *body, facts));
    if (after && plays->paging.records >= kLimit) context.progress.Count("full_windows");
    const bool moved = !after || *plays->latest > *after;
    latest = std::max(latest.value_or(*plays->latest), *plays->latest);
    if (!moved) {
      return Error(Code::kUnprocessable, "what was recently played does not end: the page after " +
                                             std::to_string(*after) + " ms ends at " +
                                             std::to_string(*plays->latest));
    }
    const bool first_ever = !after;
    after = latest;
    // Without a cursor the newest plays come; what follows them then is older.
    if (plays->paging.next.empty() || first_ever) break;
  }
  if (latest) TARN_TRY(context.pages.Finish(kStream));
  return latest;
}

}  // namespace tarn::extract::spotify

#include "services/extract/sources/spotify/connector.h"

#include <nlohmann/json.hpp>

#include "services/extract/sources/spotify/batch_reader.h"
#include "services/extract/sources/spotify/collection_reader.h"
#include "services/extract/sources/spotify/cursor.h"
#include "services/extract/sources/spotify/recently_played.h"
#include "services/extract/sources/spotify/search_reader.h"

namespace tarn::extract::spotify {
namespace {

/// True for failures of one part that leave hope for the others.
bool ConcernsOnePart(const Error& error) {
  switch (error.code()) {
    case Code::kNotFound:
    case Code::kPermissionDenied:
    case Code::kUnprocessable:
    case Code::kConflict:
    case Code::kTooLarge:
      return true;
    default:
      return false;
  }
}

OAuthOptions TokenOptions(const Options& options) {
  OAuthOptions oauth;
  oauth.grant = options.refresh_token.empty() ? OAuthOptions::Grant::kClientCredentials
                                              : OAuthOptions::Grant::kRefreshToken;
  oauth.token_url = options.token_url;
  oauth.client_id = options.client_id;
  oauth.client_secret = options.client_secret;
  oauth.refresh_token = options.refresh_token;
  return oauth;
}

/// One run: the parts that the options ask for, one after the other.
class Reading {
 public:
  Reading(const Options& options, RunContext& context, Cursor cursor, Notes& notes)
      : options_(options),
        context_(context),
        cursor_(std::move(cursor)),
        notes_(notes),
        decisions_(context.scratch),
        tokens_(TokenOptions(options), context.client, context.state),
        api_(options, context, tokens_) {}

  Result<RunOutcome> Read() {
    CountParts();
    found_.tracks.Add(options_.track_ids);
    found_.albums.Add(options_.album_ids);
    found_.artists.Add(options_.artist_ids);
    for (const std::string& id : options_.playlists) {
      TARN_TRY(ReadCollection(*MakePlaylist(id, options_, api_, notes_)));
    }
    if (options_.saved_tracks) TARN_TRY(ReadCollection(*MakeSavedTracks(options_, api_)));
    if (options_.recently_played) TARN_TRY(ReadPlays());
    TARN_TRY(ReadSearches());
    TARN_TRY(ReadBatch(kTracks, found_.tracks));
    TARN_TRY(ReadBatch(kAlbums, found_.albums));
    TARN_TRY(ReadBatch(kArtists, found_.artists));
    context_.progress.Advance(1);
    cursor_.StageIn(context_.state);
    outcome_.unchanged = outcome_.problems.empty() && !outcome_.anything_stored;
    return std::move(outcome_);
  }

 private:
  void CountParts() {
    parts_ =
        static_cast<double>(options_.playlists.size()) + options_.saved_tracks + options_.recently_played;
    for (const Search& search : options_.searches) parts_ += static_cast<double>(search.types.size());
    parts_ += (options_.tracks || !options_.track_ids.empty()) +
              (options_.albums || !options_.album_ids.empty()) +
              (options_.artists || !options_.artist_ids.empty());
  }

  Status ReadCollection(Collection& collection) {
    CollectionReader reader(options_, context_, api_, decisions_);
    const auto reading = reader.Read(collection, cursor_.VersionOf(collection.stream()), found_, OnPage());
    if (!reading.ok()) return EndPart(reading.error());
    if (!reading->version.empty()) cursor_.SetVersion(collection.stream(), reading->version);
    if (reading->unchanged) {
      context_.progress.Count("unchanged_lists");
    } else {
      outcome_.anything_stored = true;
    }
    return EndPart(Ok());
  }

  Status ReadPlays() {
    const auto latest = ReadRecentlyPlayed(context_, api_, cursor_.recently_played_after);
    if (!latest.ok()) return EndPart(latest.error());
    if (*latest) {
      cursor_.recently_played_after = **latest;
      outcome_.anything_stored = true;
    }
    return EndPart(Ok());
  }

  Status ReadSearches() {
    SearchReader reader(options_, context_, api_, notes_);
    for (const Search& search : options_.searches) {
      for (const std::string& type : search.types) {
        const Status read = reader.Read(search, type, OnPage());
        if (read.ok()) outcome_.anything_stored = true;
        TARN_TRY(EndPart(read));
      }
    }
    return Ok();
  }

  Status ReadBatch(const BatchKind& kind, const IdList& ids) {
    if (ids.size() == 0) return Ok();
    BatchReader reader(options_, context_, api_, notes_, decisions_);
    const Status read = reader.Read(kind, ids.ids(), OnPage());
    if (read.ok()) outcome_.anything_stored = true;
    return EndPart(read);
  }

  std::function<void(double)> OnPage() {
    return [this](double fraction) { context_.progress.Advance((parts_done_ + fraction) / parts_); };
  }

  Status EndPart(const Status& part) {
    if (!part.ok() && !ConcernsOnePart(part.error())) return part;
    if (!part.ok()) outcome_.problems.push_back(part.error());
    ++parts_done_;
    context_.progress.Advance(parts_done_ / parts_);
    return Ok();
  }

  const Options& options_;
  RunContext& context_;
  Cursor cursor_;
  Notes& notes_;
  Decisions decisions_;
  OAuthTokens tokens_;
  Api api_;
  FoundIds found_;
  RunOutcome outcome_;
  double parts_ = 0;
  double parts_done_ = 0;
};

class SpotifyConnector : public Connector {
 public:
  explicit SpotifyConnector(Options options) : options_(std::move(options)) {}

  Result<RunOutcome> Run(RunContext& context) override {
    TARN_ASSIGN(Cursor cursor, Cursor::Load(context.state, options_));
    TARN_ASSIGN(const auto notes, Notes::Load(context.client, context.state, context.created_at));
    return Reading(options_, context, std::move(cursor), *notes).Read();
  }

 private:
  const Options options_;
};

Result<std::unique_ptr<Connector>> Make(const nlohmann::json& json_options) {
  TARN_ASSIGN(Options options, ParseOptions(json_options));
  return std::unique_ptr<Connector>(std::make_unique<SpotifyConnector>(std::move(options)));
}

}  // namespace

ConnectorType Type() {
  return {
      .name = "spotify",
      .summary =
          "Playlists, albums, artists, tracks, searches and a user's own music, from Spotify's Web API",
      .make = Make,
      .options = {"base_url", "token_url", "client_id", "client_secret", "refresh_token", "playlists",
                  "albums", "artists", "tracks", "search", "saved_tracks", "recently_played", "include",
                  "market", "page_size", "connections"},
      .secret_options = {"client_id", "client_secret", "refresh_token"},
      .run_options = {"playlists", "albums", "artists", "tracks", "search", "saved_tracks", "recently_played",
                      "include", "market", "page_size", "connections"},
  };
}

}  // namespace tarn::extract::spotify

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "tests/support/spotify_stand_in/stand_in.h"

namespace tarn::spotify_stand_in {
namespace {

constexpr int64_t kMaxCount = 1'000'000;

/// The member "count" of a body that has no other. Errors: kInvalidArgument.
Result<int64_t> Count(const http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  json::ObjectReader reader(body);
  const int64_t count = reader.RequiredInteger("count");
  if (count < 0 || count > kMaxCount) reader.Fail("count", "expected 0 to " + std::to_string(kMaxCount));
  TARN_TRY(reader.Finish());
  return count;
}

Result<GeneratedPlaylist> Change(const http::Request& request, const Music& music) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  json::ObjectReader reader(body);
  const std::string id = reader.RequiredString("id");
  const int64_t entries = reader.RequiredInteger("entries");
  if (entries < 0 || entries > kMaxCount)
    reader.Fail("entries", "expected 0 to " + std::to_string(kMaxCount));
  TARN_TRY(reader.Finish());
  GeneratedPlaylist playlist = music.Generated(id).value_or(GeneratedPlaylist{});
  playlist.id = id;
  playlist.entries = entries;
  return playlist;
}

}  // namespace

void StandIn::AddControlRoutes(http::Router& router) {
  router.Post("/control/faults", http::JsonBody(), [this](http::Request& request) -> Result<http::Response> {
    TARN_ASSIGN(const nlohmann::json body, request.Json());
    TARN_ASSIGN(Fault fault, ParseFault(body));
    faults_.Add(std::move(fault));
    return http::Response::NoContent();
  });
  router.Delete("/control/faults", {}, [this](http::Request&) -> Result<http::Response> {
    faults_.Clear();
    return http::Response::NoContent();
  });
  router.Post("/control/snapshot", http::JsonBody(),
              [this](http::Request& request) -> Result<http::Response> {
                TARN_ASSIGN(const nlohmann::json body, request.Json());
                if (!body.is_object() || !body.contains("file") || !body["file"].is_string()) {
                  return Error(Code::kInvalidArgument, "expected the name of a file").At("/file");
                }
                TARN_TRY(music_->ChooseSnapshot(body["file"]));
                return http::Response::NoContent();
              });
  router.Post("/control/generated", http::JsonBody(),
              [this](http::Request& request) -> Result<http::Response> {
                TARN_ASSIGN(GeneratedPlaylist playlist, Change(request, *music_));
                music_->SetGenerated(std::move(playlist));
                return http::Response::NoContent();
              });
  router.Post("/control/saved_tracks", http::JsonBody(),
              [this](http::Request& request) -> Result<http::Response> {
                TARN_ASSIGN(const int64_t count, Count(request));
                library_.SetSavedTracks(count);
                return http::Response::NoContent();
              });
  router.Post("/control/plays", http::JsonBody(), [this](http::Request& request) -> Result<http::Response> {
    TARN_ASSIGN(const int64_t count, Count(request));
    library_.Play(count);
    return http::Response::NoContent();
  });
  router.Post("/control/expire_tokens", {}, [this](http::Request&) -> Result<http::Response> {
    tokens_.ExpireAll();
    return http::Response::NoContent();
  });
  router.Get("/control/requests", {}, [this](http::Request&) -> Result<http::Response> {
    return http::Response::Json(200, {{"items", requests()}, {"tokens_issued", tokens_.issued()}});
  });
  router.Get("/control/counts", {}, [this](http::Request&) -> Result<http::Response> {
    return http::Response::Json(200, log_.counts());
  });
  router.Get("/control/playlists", {}, [this](http::Request&) -> Result<http::Response> {
    return http::Response::Json(200, {{"items", music_->PlaylistIds()}});
  });
}

}  // namespace tarn::spotify_stand_in

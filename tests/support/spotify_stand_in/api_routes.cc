#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/spotify_stand_in/api_answers.h"
#include "tests/support/spotify_stand_in/field_filter.h"
#include "tests/support/spotify_stand_in/stand_in.h"

namespace tarn::spotify_stand_in {
namespace {

constexpr int64_t kMaxSearchOffset = 1'000;

nlohmann::json SearchPage(const std::vector<nlohmann::json>& found, const std::string& url, int64_t offset,
                          int64_t limit) {
  const auto total = static_cast<int64_t>(found.size());
  const auto link = [&](int64_t at) {
    return url + "&offset=" + std::to_string(at) + "&limit=" + std::to_string(limit);
  };
  auto items = nlohmann::json::array();
  for (int64_t i = offset; i < std::min(offset + limit, total); ++i)
    items.push_back(found[static_cast<size_t>(i)]);
  return {{"href", link(offset)},
          {"items", items},
          {"limit", limit},
          {"next", offset + limit < total ? nlohmann::json(link(offset + limit)) : nlohmann::json()},
          {"offset", offset},
          {"previous", nullptr},
          {"total", total}};
}

}  // namespace

void StandIn::AddApiRoute(http::Router& router, const std::string& pattern, http::Handler handler) {
  http::RouteOptions options;
  options.query_parameters = {"limit", "offset", "market", "additional_types", "fields", "locale", "ids",
                              "q",     "type",   "after"};
  router.Get(pattern, options, [this, handler = std::move(handler)](http::Request& request) {
    return Guard(request, handler);
  });
}

void StandIn::AddApiRoutes(http::Router& router) {
  AddApiRoute(router, "/v1/playlists/{id}", [this](http::Request& request) { return Playlist(request); });
  AddApiRoute(router, "/v1/playlists/{id}/items",
              [this](http::Request& request) { return Page(request, "items"); });
  AddApiRoute(router, "/v1/playlists/{id}/tracks",
              [this](http::Request& request) { return Page(request, "tracks"); });
  const std::pair<const char*, size_t> kinds[] = {{"tracks", 50}, {"albums", 20}, {"artists", 50}};
  for (const auto& [kind, max_ids] : kinds) {
    const std::string name = kind;
    AddApiRoute(router, "/v1/" + name, [this, name, max_ids = max_ids](http::Request& request) {
      return Batch(request, name, max_ids);
    });
    AddApiRoute(router, "/v1/" + name + "/{id}",
                [this, name](http::Request& request) { return Single(request, name); });
  }
  AddApiRoute(router, "/v1/search", [this](http::Request& request) { return Search(request); });
  AddApiRoute(router, "/v1/me/tracks", [this](http::Request& request) { return SavedTracks(request); });
  AddApiRoute(router, "/v1/me/player/recently-played",
              [this](http::Request& request) { return RecentlyPlayed(request); });
}

Result<http::Response> StandIn::Playlist(http::Request& request) {
  const std::string& id = request.PathParameter("id");
  const auto fields = request.Query("fields");
  const auto playlist = fields || options_.development_mode
                            ? music_->PlaylistState(id)
                            : music_->Playlist(id, options_.shape, ApiUrl(request));
  if (!playlist) return ApiError(404, "Resource not found");
  return http::Response::Json(200, fields ? FilterFields(*playlist, *fields) : *playlist);
}

Result<http::Response> StandIn::Page(http::Request& request, const std::string& endpoint) {
  const std::string& id = request.PathParameter("id");
  const auto generated = music_->Generated(id);
  if (options_.shape == Shape::kTracks && endpoint == "items" && !generated)
    return ApiError(404, "Service not found");
  if (options_.shape == Shape::kItems && endpoint == "tracks") return ApiError(403, "Forbidden");
  const auto limit = QueryNumber(request, "limit", 20, 1, options_.development_mode ? 50 : 100);
  const auto offset = QueryNumber(request, "offset", 0, 0, 1'000'000);
  if (!limit || !offset) return ApiError(400, "Invalid limit or offset");
  if (!GivesItems(request, id)) return ApiError(403, "Forbidden");
  const std::string url = ApiUrl(request) + "/playlists/" + id + "/" + endpoint;
  if (generated) {
    return RawJson(GeneratedPage(*generated, endpoint == "items" ? "item" : "track", url, *offset, *limit));
  }
  const auto page = music_->Page(id, endpoint, options_.shape, ApiUrl(request), *offset, *limit);
  if (!page) return ApiError(404, "Resource not found");
  return http::Response::Json(200, *page);
}

bool StandIn::GivesItems(http::Request& request, const std::string& playlist) const {
  if (!options_.development_mode) return true;
  const auto state = music_->PlaylistState(playlist);
  if (!state) return true;  // which is another error
  const bool is_user = tokens_.IsOfUser(request.Header("authorization").value_or(""));
  return is_user && state->contains("owner") && (*state)["owner"].value("id", "") == options_.user;
}

Result<http::Response> StandIn::Batch(http::Request& request, const std::string& kind, size_t max_ids) {
  if (!options_.batches) return ApiError(403, "Forbidden");
  const auto ids = Split(request.Query("ids").value_or(""), ',');
  if (ids.front().empty() || ids.size() > max_ids) return ApiError(400, "Too many ids requested, or none");
  auto things = nlohmann::json::array();
  for (const std::string& id : ids) things.push_back(music_->Thing(kind, id));
  return http::Response::Json(200, {{kind, things}});
}

Result<http::Response> StandIn::Single(http::Request& request, const std::string& kind) {
  const nlohmann::json thing = music_->Thing(kind, request.PathParameter("id"));
  if (thing.is_null()) return ApiError(404, "Resource not found");
  return http::Response::Json(200, thing);
}

Result<http::Response> StandIn::Search(http::Request& request) {
  const auto limit = QueryNumber(request, "limit", options_.development_mode ? 5 : 20, 1,
                                 options_.development_mode ? 10 : 50);
  const auto offset = QueryNumber(request, "offset", 0, 0, kMaxSearchOffset);
  if (!limit || !offset) return ApiError(400, "Invalid limit");
  const std::string query = request.Query("q").value_or("");
  if (query.empty()) return ApiError(400, "No search query");
  const std::string types = request.Query("type").value_or("");
  nlohmann::json answer = nlohmann::json::object();
  for (const std::string& type : Split(types, ',')) {
    const std::string url = ApiUrl(request) + "/search?q=" + http::PercentEncode(query) + "&type=" + types;
    answer[type + "s"] = SearchPage(music_->Search(type + "s", query), url, *offset, *limit);
  }
  return http::Response::Json(200, answer);
}

Result<http::Response> StandIn::SavedTracks(http::Request& request) {
  const auto limit = QueryNumber(request, "limit", 20, 1, 50);
  const auto offset = QueryNumber(request, "offset", 0, 0, 1'000'000);
  if (!limit || !offset) return ApiError(400, "Invalid limit");
  return http::Response::Json(200, library_.SavedTracks(ApiUrl(request), *offset, *limit));
}

Result<http::Response> StandIn::RecentlyPlayed(http::Request& request) {
  const auto limit = QueryNumber(request, "limit", 20, 1, 50);
  const auto after = QueryNumber(request, "after", -1, 0, INT64_MAX);
  if (!limit || !after) return ApiError(400, "Invalid limit");
  const auto from = *after < 0 ? std::nullopt : after;
  return http::Response::Json(200, library_.RecentlyPlayed(ApiUrl(request), from, *limit));
}

}  // namespace tarn::spotify_stand_in

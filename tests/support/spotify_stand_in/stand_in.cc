#include "tests/support/spotify_stand_in/stand_in.h"

#include <charconv>
#include <condition_variable>
#include <nlohmann/json.hpp>

namespace tarn::spotify_stand_in {
namespace {

constexpr size_t kMaxRecordedRequests = 100'000;

/// An error as Spotify's API shows it.
http::Response ApiError(int status, const std::string& message) {
  return http::Response::Json(status, {{"error", {{"status", status}, {"message", message}}}});
}

/// Where the API is, as the client sees it: links in answers start with it.
std::string ApiUrl(const http::Request& request) {
  return "http://" + std::string(request.Header("host").value_or("127.0.0.1")) + "/v1";
}

std::optional<int64_t> Number(const http::Request& request, const char* name, int64_t otherwise, int64_t min,
                              int64_t max) {
  const auto text = request.Query(name);
  if (!text) return otherwise;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < min || value > max)
    return std::nullopt;
  return value;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

void Delay(std::chrono::milliseconds delay, const std::stop_token& cancelled) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, cancelled, delay, [] { return false; });
}

}  // namespace

Result<std::unique_ptr<StandIn>> StandIn::Start(const Options& options) {
  TARN_ASSIGN(auto music, Music::Load(options.data));
  std::unique_ptr<StandIn> stand_in(new StandIn(options, std::move(music)));
  http::ServerOptions server;
  server.address = options.address;
  server.port = options.port;
  server.drain = std::chrono::milliseconds(200);
  TARN_ASSIGN(stand_in->server_, http::Server::Start(server, stand_in->MakeRouter(), stand_in->metrics_));
  return stand_in;
}

StandIn::StandIn(const Options& options, std::unique_ptr<Music> music)
    : options_(options), music_(std::move(music)), tokens_(options.tokens) {}

StandIn::~StandIn() {
  if (server_) server_->Stop();
}

std::vector<std::string> StandIn::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void StandIn::Record(const std::string& target) {
  const std::lock_guard lock(mutex_);
  if (requests_.size() < kMaxRecordedRequests) requests_.push_back(target);
}

http::Router StandIn::MakeRouter() {
  http::Router router;
  http::RouteOptions form;
  form.body = http::BodyMode::kBuffered;
  form.content_types = {"application/x-www-form-urlencoded"};
  router.Post("/api/token", form, [this](http::Request& request) { return Token(request); });
  AddApiRoute(router, "/v1/playlists/{id}", [this](http::Request& request) { return Playlist(request); });
  AddApiRoute(router, "/v1/playlists/{id}/items",
              [this](http::Request& request) { return Page(request, "items"); });
  AddApiRoute(router, "/v1/playlists/{id}/tracks",
              [this](http::Request& request) { return Page(request, "tracks"); });
  AddApiRoute(router, "/v1/albums", [this](http::Request& request) { return Batch(request, "albums", 20); });
  AddApiRoute(router, "/v1/artists",
              [this](http::Request& request) { return Batch(request, "artists", 50); });
  AddApiRoute(router, "/v1/albums/{id}",
              [this](http::Request& request) { return Single(request, "albums"); });
  AddApiRoute(router, "/v1/artists/{id}",
              [this](http::Request& request) { return Single(request, "artists"); });
  AddControlRoutes(router);
  router.Get("/healthz", {},
             [](http::Request&) -> Result<http::Response> { return http::Response::Text(200, "ok\n"); });
  return router;
}

void StandIn::AddApiRoute(http::Router& router, const std::string& pattern, http::Handler handler) {
  http::RouteOptions options;
  options.query_parameters = {"limit", "offset", "market", "additional_types", "fields", "locale", "ids"};
  router.Get(pattern, options, [this, handler = std::move(handler)](http::Request& request) {
    return Guard(request, handler);
  });
}

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
  router.Post("/control/expire_tokens", {}, [this](http::Request&) -> Result<http::Response> {
    tokens_.ExpireAll();
    return http::Response::NoContent();
  });
  router.Get("/control/requests", {}, [this](http::Request&) -> Result<http::Response> {
    return http::Response::Json(200, {{"items", requests()}, {"tokens_issued", tokens_.issued()}});
  });
  router.Get("/control/playlists", {}, [this](http::Request&) -> Result<http::Response> {
    return http::Response::Json(200, {{"items", music_->PlaylistIds()}});
  });
}

Result<http::Response> StandIn::Guard(http::Request& request, const http::Handler& handler) {
  Record(request.target);
  const auto fault = faults_.Next(request.target);
  if (fault) Delay(fault->delay, request.cancelled);
  if (fault && fault->status != 0) {
    auto response = ApiError(fault->status, "as told to");
    if (fault->retry_after) response.headers.Set("Retry-After", *fault->retry_after);
    return response;
  }
  if (!tokens_.Accept(request.Header("authorization").value_or("")))
    return ApiError(401, "The access token expired");
  auto response = handler(request);
  if (fault && fault->malformed && response.ok()) response->body.resize(response->body.size() / 2);
  return response;
}

Result<http::Response> StandIn::Token(http::Request& request) {
  Record(request.target);
  if (const auto fault = faults_.Next(request.target)) {
    Delay(fault->delay, request.cancelled);
    if (fault->status != 0) {
      auto response = ApiError(fault->status, "as told to");
      if (fault->retry_after) response.headers.Set("Retry-After", *fault->retry_after);
      return response;
    }
  }
  const auto token = tokens_.Issue(request.Header("authorization").value_or(""), request.body);
  if (!token) {
    return http::Response::Json(
        400, {{"error", "invalid_client"}, {"error_description", "Invalid client secret"}});
  }
  return http::Response::Json(
      200, {{"access_token", *token}, {"token_type", "Bearer"}, {"expires_in", tokens_.lifetime().count()}});
}

Result<http::Response> StandIn::Playlist(http::Request& request) {
  auto playlist = music_->Playlist(request.PathParameter("id"), options_.shape, ApiUrl(request));
  if (!playlist) return ApiError(404, "Resource not found");
  return http::Response::Json(200, *playlist);
}

Result<http::Response> StandIn::Page(http::Request& request, const std::string& endpoint) {
  if (options_.shape == Shape::kTracks && endpoint == "items") return ApiError(404, "Service not found");
  if (options_.shape == Shape::kItems && endpoint == "tracks") return ApiError(403, "Forbidden");
  const auto limit = Number(request, "limit", 20, 1, 100);
  const auto offset = Number(request, "offset", 0, 0, 100'000);
  if (!limit || !offset) return ApiError(400, "Invalid limit or offset");
  const auto page =
      music_->Page(request.PathParameter("id"), endpoint, options_.shape, ApiUrl(request), *offset, *limit);
  if (!page) return ApiError(404, "Resource not found");
  return http::Response::Json(200, *page);
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

}  // namespace tarn::spotify_stand_in

#include "tests/support/spotify_stand_in/stand_in.h"

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/support/spotify_stand_in/api_answers.h"

namespace tarn::spotify_stand_in {
namespace {

void Delay(std::chrono::milliseconds delay, const std::stop_token& cancelled) {
  if (delay.count() == 0) return;
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, cancelled, delay, [] { return false; });
}

http::Response Refusal(int status, const std::optional<std::string>& retry_after) {
  auto response = ApiError(status, "as told to");
  if (retry_after) response.headers.Set("Retry-After", *retry_after);
  return response;
}

Options Completed(Options options) {
  if (options.development_mode) {
    options.shape = Shape::kItems;
    options.batches = false;
  }
  return options;
}

}  // namespace

Result<std::unique_ptr<StandIn>> StandIn::Start(const Options& options) {
  TARN_ASSIGN(auto music, Music::Load(options.data));
  for (const GeneratedPlaylist& playlist : options.generated) music->SetGenerated(playlist);
  std::unique_ptr<StandIn> stand_in(new StandIn(Completed(options), std::move(music)));
  http::ServerOptions server;
  server.address = options.address;
  server.port = options.port;
  server.drain = std::chrono::milliseconds(200);
  TARN_ASSIGN(stand_in->server_, http::Server::Start(server, stand_in->MakeRouter(), stand_in->metrics_));
  return stand_in;
}

StandIn::StandIn(const Options& options, std::unique_ptr<Music> music)
    : options_(options), music_(std::move(music)), tokens_(options.tokens), chaos_(options.chaos) {}

StandIn::~StandIn() {
  if (server_) server_->Stop();
}

http::Router StandIn::MakeRouter() {
  http::Router router;
  http::RouteOptions form;
  form.body = http::BodyMode::kBuffered;
  form.content_types = {"application/x-www-form-urlencoded"};
  router.Post("/api/token", form, [this](http::Request& request) { return Token(request); });
  AddApiRoutes(router);
  AddControlRoutes(router);
  router.Get("/healthz", {},
             [](http::Request&) -> Result<http::Response> { return http::Response::Text(200, "ok\n"); });
  return router;
}

Result<http::Response> StandIn::Guard(http::Request& request, const http::Handler& handler) {
  log_.Record(request.target);
  Delay(options_.latency, request.cancelled);
  const auto fault = faults_.Next(request.target);
  if (fault) Delay(fault->delay, request.cancelled);
  if (fault && fault->status != 0) return Refusal(fault->status, fault->retry_after);
  const Chaos::Fate fate = chaos_.Next(request.target);
  if (fate.expire_tokens) tokens_.ExpireAll();
  if (fate.status == 429) return Refusal(429, std::to_string(fate.retry_after));
  if (fate.status != 0) return Refusal(fate.status, std::nullopt);

  const Tokens::Holder holder = tokens_.Accept(request.Header("authorization").value_or(""));
  if (holder == Tokens::Holder::kNobody) return ApiError(401, "The access token expired");
  if (holder == Tokens::Holder::kApplication && request.target.starts_with("/v1/me")) {
    return ApiError(403, "Insufficient client scope");
  }
  auto response = handler(request);
  if (!response.ok()) return response;
  if (fault && fault->malformed) response->body.resize(response->body.size() / 2);
  if (fate.drop || (fault && fault->drop)) return BrokenOff(*std::move(response));
  return response;
}

Result<http::Response> StandIn::Token(http::Request& request) {
  log_.Record(request.target);
  if (const auto fault = faults_.Next(request.target)) {
    Delay(fault->delay, request.cancelled);
    if (fault->status != 0) return Refusal(fault->status, fault->retry_after);
  }
  const Tokens::Issued issued = tokens_.Issue(request.Header("authorization").value_or(""), request.body);
  if (issued.access_token.empty()) {
    return http::Response::Json(
        400, {{"error", issued.error}, {"error_description", "The stand-in does not take it"}});
  }
  nlohmann::json answer = {{"access_token", issued.access_token},
                           {"token_type", "Bearer"},
                           {"expires_in", tokens_.lifetime().count()}};
  if (!issued.refresh_token.empty()) answer["refresh_token"] = issued.refresh_token;
  return http::Response::Json(200, answer);
}

}  // namespace tarn::spotify_stand_in

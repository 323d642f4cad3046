#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/config/option_set.h"
#include "common/logging/log.h"
#include "tests/support/spotify_stand_in/stand_in.h"

namespace tarn::spotify_stand_in {
namespace {

struct Arguments {
  std::string data = "tests/support/spotify_stand_in/data";
  std::string address = "127.0.0.1";
  int64_t port = 8190;
  std::string port_file;
  std::string shape = "tracks";
  bool no_batches = false;
  std::string client_id = "stand-in";
  std::string client_secret = "stand-in";
  std::chrono::milliseconds token_lifetime{3'600'000};
  int64_t token_requests = 0;
  std::string refresh_token = "stand-in-refresh";
  bool rotate_refresh_token = false;
  bool development_mode = false;
  std::string user = "tarn";
  std::string generate_playlist;
  int64_t entry_bytes = 1'800;
  std::chrono::milliseconds latency{0};
  ChaosOptions chaos;
};

void AddOptions(config::OptionSet& set, Arguments& arguments) {
  set.Text("data", &arguments.data, "folder of playlists, each a JSON file");
  set.Text("address", &arguments.address, "address to listen on");
  set.Integer("port", &arguments.port, 0, 65'535, "port to listen on; 0 for any");
  set.Text("port-file", &arguments.port_file, "the port is written here once it listens");
  set.Text("shape", &arguments.shape, "tracks, items, or both: how playlists look");
  set.Flag("no-batches", &arguments.no_batches, "the batch endpoints of albums and artists are gone");
  set.Text("client-id", &arguments.client_id, "credentials that get a token");
  set.Text("client-secret", &arguments.client_secret, "credentials that get a token");
  set.Duration("token-lifetime", &arguments.token_lifetime, "after it a token is refused");
  set.Integer("token-requests", &arguments.token_requests, 0, 1'000'000,
              "a token is refused after so many; 0: never");
  set.Text("refresh-token", &arguments.refresh_token, "the user's; it gets tokens for /v1/me");
  set.Flag("rotate-refresh-token", &arguments.rotate_refresh_token,
           "a refresh token is good once, then comes another");
  set.Flag("development-mode", &arguments.development_mode,
           "as for applications in development mode since 2026");
  set.Text("user", &arguments.user, "id of the user, who owns the shipped playlists if it is tarn");
  set.Text("generate-playlist", &arguments.generate_playlist,
           "ID:ENTRIES of made-up playlists, with commas between them");
  set.Integer("entry-bytes", &arguments.entry_bytes, 1, 100'000, "how large an entry of those is, about");
  set.Duration("latency", &arguments.latency, "of every answer of the API");
  set.Integer("chaos-seed", &arguments.chaos.seed, 0, INT64_MAX, "another one means other misfortune");
  set.Integer("error-percent", &arguments.chaos.errors_percent, 0, 100, "of the requests answered 500");
  set.Integer("rate-limit-percent", &arguments.chaos.rate_limits_percent, 0, 100,
              "of the requests answered 429");
  set.Integer("max-retry-after", &arguments.chaos.max_retry_after, 0, 3'600,
              "seconds that a 429 asks for at most");
  set.Integer("expire-tokens-at", &arguments.chaos.expire_tokens_at, 0, INT64_MAX,
              "before the request of this number all tokens expire; 0: never");
  set.Integer("drop-at", &arguments.chaos.drop_at, 0, INT64_MAX,
              "the connection of the request of this number breaks; 0: never");
}

Status AddGenerated(const Arguments& arguments, Options& options) {
  std::istringstream texts(arguments.generate_playlist);
  for (std::string text; std::getline(texts, text, ',');) {
    TARN_ASSIGN(GeneratedPlaylist playlist, ParseGeneratedPlaylist(text));
    playlist.entry_bytes = arguments.entry_bytes;
    options.generated.push_back(std::move(playlist));
  }
  return Ok();
}

Result<Options> ToOptions(const Arguments& arguments) {
  Options options;
  TARN_ASSIGN(options.shape, ParseShape(arguments.shape));
  options.data = arguments.data;
  options.address = arguments.address;
  options.port = static_cast<uint16_t>(arguments.port);
  options.batches = !arguments.no_batches;
  options.tokens = {arguments.client_id,
                    arguments.client_secret,
                    std::chrono::duration_cast<std::chrono::seconds>(arguments.token_lifetime),
                    arguments.token_requests,
                    arguments.refresh_token,
                    arguments.rotate_refresh_token};
  options.development_mode = arguments.development_mode;
  options.user = arguments.user;
  options.latency = arguments.latency;
  options.chaos = arguments.chaos;
  TARN_TRY(AddGenerated(arguments, options));
  return options;
}

int Serve(const Arguments& arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before threads start, which inherit it

  const auto options = ToOptions(arguments);
  auto stand_in = options.ok() ? StandIn::Start(*options) : Result<std::unique_ptr<StandIn>>(options.error());
  if (!stand_in.ok()) {
    std::cerr << "spotify-stand-in: " << stand_in.error().message() << ' ' << stand_in.error().where()
              << '\n';
    return 1;
  }
  if (!arguments.port_file.empty()) {
    std::ofstream(arguments.port_file + ".new") << (*stand_in)->port() << '\n';
    std::filesystem::rename(arguments.port_file + ".new", arguments.port_file);
  }
  std::cout << "spotify-stand-in listening on http://" << arguments.address << ':' << (*stand_in)->port()
            << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

}  // namespace
}  // namespace tarn::spotify_stand_in

int main(int argc, char** argv) {
  using tarn::config::OptionSet;
  tarn::log::Configure("spotify-stand-in", tarn::log::Level::kWarn, tarn::log::Format::kText);
  tarn::spotify_stand_in::Arguments arguments;
  OptionSet set("spotify-stand-in", "Behaves like Spotify's Web API, for tests and the quickstart.");
  tarn::spotify_stand_in::AddOptions(set, arguments);
  const auto outcome = set.Load({argv + 1, argv + argc}, {});
  if (!outcome.ok()) {
    std::cerr << "spotify-stand-in: " << outcome.error().message() << ' ' << outcome.error().where() << '\n';
    return 2;
  }
  if (*outcome != OptionSet::Outcome::kRun) {
    std::cout << set.Help();
    return 0;
  }
  return tarn::spotify_stand_in::Serve(arguments);
}

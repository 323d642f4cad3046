#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

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
}

Result<Options> ToOptions(const Arguments& arguments) {
  Options options;
  TARN_ASSIGN(options.shape, ParseShape(arguments.shape));
  options.data = arguments.data;
  options.address = arguments.address;
  options.port = static_cast<uint16_t>(arguments.port);
  options.batches = !arguments.no_batches;
  options.tokens = {arguments.client_id, arguments.client_secret,
                    std::chrono::duration_cast<std::chrono::seconds>(arguments.token_lifetime),
                    arguments.token_requests};
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

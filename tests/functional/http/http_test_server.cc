// Serves the test routes until SIGTERM. Prints "listening on <port>", and "stopped" once all is drained.

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "common/config/option_set.h"
#include "common/http/server.h"
#include "common/logging/log.h"
#include "tests/functional/http/test_routes.h"

namespace {

void AddOptions(tarn::config::OptionSet& set, tarn::http::ServerOptions& options) {
  set.Integer("max-connections", &options.max_connections, 1, 100'000, "connections");
  set.Integer("worker-threads", &options.worker_threads, 1, 1000, "threads of handlers");
  set.Integer("stream-threads", &options.stream_threads, 1, 1000, "threads of streams");
  set.Integer("io-threads", &options.io_threads, 1, 64, "threads of connections");
  set.Integer("max-queued-requests", &options.max_queued_requests, 1, 100'000, "requests that wait");
  set.Size("body-memory", &options.body_memory_bytes, "of all buffered bodies");
  set.Duration("head-timeout", &options.head_timeout, "for a head");
  set.Duration("idle-timeout", &options.idle_timeout, "between requests");
  set.Duration("read-timeout", &options.read_timeout, "for more of a body");
  set.Duration("write-timeout", &options.write_timeout, "for the client to take more");
  set.Duration("linger", &options.linger, "for the rest of a refused upload");
  set.Duration("drain", &options.drain, "for requests at the end");
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  tarn::http::ServerOptions options;
  std::string log_level = "warn";
  tarn::config::OptionSet set("http-test", "Serves routes for tests of the transport.");
  AddOptions(set, options);
  set.Text("log-level", &log_level, "debug, info, warn or error");
  const auto loaded = set.Load(std::vector<std::string>(argv + 1, argv + argc), {});
  const auto level = tarn::log::ParseLevel(log_level);
  if (!loaded.ok() || !level.ok()) {
    std::cerr << (loaded.ok() ? level.error() : loaded.error()).message() << '\n';
    return 2;
  }
  tarn::log::Configure("http-test", *level, tarn::log::Format::kText);

  tarn::metrics::Registry metrics;
  tarn::http::TestState state;
  auto server = tarn::http::Server::Start(options, tarn::http::MakeTestRouter(state, metrics), metrics);
  if (!server.ok()) {
    std::cerr << server.error().message() << '\n';
    return 1;
  }
  std::cout << "listening on " << (*server)->port() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  (*server)->Stop();
  std::cout << "stopped" << std::endl;
}

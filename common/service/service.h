#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/option_set.h"
#include "common/http/router.h"
#include "common/http/server.h"
#include "common/metrics/registry.h"
#include "common/result/result.h"

namespace tarn::service {

/// The options that every service has.
struct CommonOptions {
  std::string home = "./.tarn";
  std::string pipelines = "deploy/pipelines";
  std::string log_level = "info";
  std::string log_format = "json";
  bool allow_remote = false;  ///< listen beyond loopback
  std::string port_file;      ///< the bound port is written here once the service is ready; empty: nowhere
  http::ServerOptions http;

  std::filesystem::path lake() const { return std::filesystem::absolute(home) / "lake"; }
  std::filesystem::path state() const { return std::filesystem::absolute(home) / "state"; }
};

/// Adds them to a service's options (`port` with the service's default).
void AddCommonOptions(config::OptionSet& set, CommonOptions& options, uint16_t default_port);

/// A check that /readyz makes: the name of a dependency and whether it answers.
struct ReadinessCheck {
  std::string name;
  std::function<Status()> check;
};

/// Adds /healthz, /readyz, /metrics and /openapi.json.
void AddOperationalRoutes(http::Router& router, metrics::Registry& metrics, std::string_view openapi,
                          std::vector<ReadinessCheck> checks);

/// Writes a port to a file, for whoever waits until something serves; an empty path is none. Errors: kUnavailable.
Status WritePortFile(const std::string& path, uint16_t port);

/// What runs between start and stop. Its constructor (a factory, see Run) builds and wires everything.
class App {
 public:
  virtual ~App() = default;
  virtual http::Router MakeRouter() = 0;
  /// Called once the server listens: start background work. `port` is the one bound.
  virtual Status Started(uint16_t port) = 0;
  /// Called when the server has stopped taking requests and before destruction: stop background work.
  virtual void Stopping() = 0;
};

/// The main function of a service: loads options, prints --help, configures the log, opens the app, serves
/// until SIGTERM or SIGINT, drains, and returns the exit code (0, 1 for a failed start, 2 for wrong options).
/// The last line on standard output before it serves is "tarn-<service> listening on
/// http://<address>:<port>". Refuses an address that is not loopback unless `allow-remote` is set, since
/// requests are not authenticated. `command`, called once options and log are set, may do another job than serving: if it
/// returns an exit code, that is the program's.
int Run(config::OptionSet& set, CommonOptions& common, metrics::Registry& metrics, int argc, char** argv,
        const std::function<Result<std::unique_ptr<App>>()>& make_app,
        const std::function<std::optional<int>()>& command = nullptr);

}  // namespace tarn::service

#include <arpa/inet.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iostream>

#include "common/logging/log.h"
#include "common/service/service.h"

namespace tarn::service {
namespace {

// Blocks the signals before any thread starts, so that all threads inherit the mask and only Wait() takes
// them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }

  int Wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
    return signal;
  }

 private:
  sigset_t set_;
};

bool IsLoopback(const std::string& address) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  return address == "::1" || address == "localhost";
}

// Each connection, file and SQLite database takes descriptors; the usual soft limit of 1024 is for select().
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? 65'536 : std::min<rlim_t>(limit.rlim_max, 65'536);
  setrlimit(RLIMIT_NOFILE, &limit);
}

Status ConfigureLog(const std::string& service, const CommonOptions& common) {
  TARN_ASSIGN(const log::Level level, log::ParseLevel(common.log_level));
  TARN_ASSIGN(const log::Format format, log::ParseFormat(common.log_format));
  log::Configure(service, level, format);
  return Ok();
}

Status PrepareHome(const CommonOptions& common) {
  std::error_code failure;
  for (const auto& directory : {common.lake(), common.state()}) {
    std::filesystem::create_directories(directory, failure);
    if (failure)
      return Error(Code::kUnavailable,
                   "cannot make the directory (--home): " + directory.string() + ": " + failure.message());
  }
  std::filesystem::permissions(common.state(), std::filesystem::perms::owner_all, failure);
  return Ok();
}

}  // namespace

// Written whole and then renamed: whoever waits for the file never reads half a number.
Status WritePortFile(const std::string& path, uint16_t port) {
  if (path.empty()) return Ok();
  const std::string temporary = path + ".new";
  std::ofstream(temporary) << port << '\n';
  std::error_code failure;
  std::filesystem::rename(temporary, path, failure);
  if (failure)
    return Error(Code::kUnavailable, "cannot write the port file: " + path + ": " + failure.message());
  return Ok();
}

namespace {

Status Serve(const std::string& name, const CommonOptions& common, metrics::Registry& metrics,
             const StopSignals& signals, const std::function<Result<std::unique_ptr<App>>()>& make_app) {
  if (!IsLoopback(common.http.address) && !common.allow_remote) {
    return Error(Code::kPermissionDenied,
                 "requests are not authenticated, so only loopback is served; set --allow-remote where "
                 "something else keeps strangers out. The address asked for: " +
                     common.http.address);
  }
  TARN_TRY(PrepareHome(common));
  TARN_ASSIGN(const std::unique_ptr<App> app, make_app());
  TARN_ASSIGN(const std::unique_ptr<http::Server> server,
              http::Server::Start(common.http, app->MakeRouter(), metrics));
  Status started = app->Started(server->port());
  if (started.ok()) started = WritePortFile(common.port_file, server->port());
  if (started.ok()) {
    std::cout << name << " listening on http://" << common.http.address << ':' << server->port() << std::endl;
    log::Info("ready",
              {{"address", common.http.address}, {"port", server->port()}, {"version", TARN_VERSION}});
    const int signal = signals.Wait();
    log::Info("stopping", {{"signal", signal}});
  }
  server->Stop();
  app->Stopping();
  return started;
}

}  // namespace

int Run(config::OptionSet& set, CommonOptions& common, metrics::Registry& metrics, int argc, char** argv,
        const std::function<Result<std::unique_ptr<App>>()>& make_app,
        const std::function<std::optional<int>()>& command) {
  const std::string name = set.program();
  const auto outcome = set.Load({argv + 1, argv + argc}, config::OptionSet::ProcessEnvironment());
  Status ready = outcome.ok() ? ConfigureLog(name, common) : Status(outcome.error());
  if (!ready.ok()) {
    std::cerr << name << ": " << ready.error().message();
    if (!ready.error().where().empty()) std::cerr << " (" << ready.error().where() << ")";
    std::cerr << std::endl;
    return 2;
  }
  if (*outcome == config::OptionSet::Outcome::kHelp) {
    std::cout << set.Help() << std::flush;
    return 0;
  }
  if (*outcome == config::OptionSet::Outcome::kVersion) {
    std::cout << name << ' ' << TARN_VERSION << std::endl;
    return 0;
  }
  if (command) {
    if (const std::optional<int> code = command()) return *code;
  }
  const StopSignals signals;
  RaiseDescriptorLimit();
  if (Status served = Serve(name, common, metrics, signals, make_app); !served.ok()) {
    log::Failure("cannot run", {{"error", served.error()}});
    std::cerr << name << ": " << served.error().message() << std::endl;
    return 1;
  }
  return 0;
}

}  // namespace tarn::service

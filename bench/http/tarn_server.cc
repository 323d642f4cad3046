// Tarn's server with the routes of the benchmark. Prints "listening on <port>" and runs until SIGTERM.

#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "common/http/server.h"

using namespace tarn;

namespace {

Result<http::Response> AnswerJson(http::Request&) {
  return http::Response::Json(200, {{"status", "ok"}, {"n", 42}});
}

Result<http::Response> Generate(http::Request& request) {
  http::Response response;
  uint64_t left = std::stoull(request.Query("bytes").value_or("0"));
  response.headers.Add("Content-Type", "application/octet-stream");
  response.stream = [left](http::BodyWriter& writer) mutable -> Status {
    static const std::string block(64 * 1024, 'x');
    while (left > 0) {
      const auto piece = std::string_view(block).substr(0, left);
      TARN_TRY(writer.Write(piece));
      left -= piece.size();
    }
    return Ok();
  };
  return response;
}

Result<http::Response> Count(http::Request& request) {
  std::vector<char> block(64 * 1024);
  uint64_t total = 0;
  for (;;) {
    TARN_ASSIGN(const size_t count, request.body_reader->Read(block.data(), block.size()));
    if (count == 0) return http::Response::Text(200, std::to_string(total));
    total += count;
  }
}

http::Router MakeRouter() {
  http::Router router;
  http::RouteOptions on_io_thread, with_bytes, streamed;
  on_io_thread.execution = http::Execution::kInline;
  with_bytes.query_parameters = {"bytes"};
  streamed.body = http::BodyMode::kStreamed;
  streamed.body_limit_bytes = UINT64_MAX;
  router.Get("/json", on_io_thread, AnswerJson);
  router.Get("/json-pool", {}, AnswerJson);
  router.Get("/gen", with_bytes, Generate);
  router.Post("/count", streamed, Count);
  return router;
}

}  // namespace

int main() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  metrics::Registry metrics;
  auto server = http::Server::Start({}, MakeRouter(), metrics);
  if (!server.ok()) {
    std::cerr << server.error().message() << '\n';
    return 1;
  }
  std::cout << "listening on " << (*server)->port() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
}

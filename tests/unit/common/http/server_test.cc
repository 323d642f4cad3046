#include "common/http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/support/result_matchers.h"

namespace tarn::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What comes back for `text` until the server closes; empty if it does not listen.
std::string Ask(uint16_t port, const std::string& text) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string received;
  if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    (void)!send(client, text.data(), text.size(), MSG_NOSIGNAL);
    char block[4096];
    for (ssize_t count; (count = recv(client, block, sizeof block, 0)) > 0;)
      received.append(block, static_cast<size_t>(count));
  }
  close(client);
  return received;
}

std::string Get(uint16_t port, const std::string& path) {
  return Ask(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

Router MakeRouter(const std::string& text) {
  Router router;
  router.Get("/pool", {}, [text](Request&) -> Result<Response> { return Response::Text(200, text); });
  RouteOptions on_io_thread;
  on_io_thread.execution = Execution::kInline;
  router.Get("/inline", on_io_thread,
             [text](Request&) -> Result<Response> { return Response::Text(200, text); });
  return router;
}

class ServerTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Server>> Start(const std::string& text, uint16_t port = 0) {
    ServerOptions options;
    options.port = port;
    return Server::Start(options, MakeRouter(text), metrics_);
  }

  metrics::Registry metrics_;
};

// cpprest's own server says nothing of Tarn and answers any version.
TEST_F(ServerTest, AnswersOnItsOwnTransportEveryTimeItIsOpened) {
  for (int round = 0; round < 3; ++round) {
    auto server = Start("x");
    ASSERT_THAT(server, IsOk());
    EXPECT_THAT(Get((*server)->port(), "/pool"), HasSubstr("\r\nServer: tarn\r\n"));
    EXPECT_THAT(Ask((*server)->port(), "GET /pool HTTP/9.9\r\nHost: localhost\r\n\r\n"),
                StartsWith("HTTP/1.1 505"));
  }
}

TEST_F(ServerTest, AnswersOnItsOwnTransportAfterAFailedStart) {
  auto first = Start("first");
  ASSERT_THAT(first, IsOk());
  const uint16_t port = (*first)->port();
  EXPECT_THAT(Start("second", port), HasError(Code::kUnavailable, "127.0.0.1:" + std::to_string(port)));
  first->reset();
  auto second = Start("second", port);
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(Ask(port, "GET /pool HTTP/9.9\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 505"));
  EXPECT_THAT(Get(port, "/pool"), HasSubstr("second"));
}

TEST_F(ServerTest, RunsBesideOthersInOneProcess) {
  auto one = Start("one"), two = Start("two");
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(two, IsOk());
  EXPECT_THAT(Get((*one)->port(), "/pool"), HasSubstr("one"));
  EXPECT_THAT(Get((*two)->port(), "/inline"), HasSubstr("two"));
  (*one)->Stop();
  EXPECT_EQ(Get((*one)->port(), "/pool"), "");
  EXPECT_THAT(Get((*two)->port(), "/pool"), HasSubstr("two"));
}

TEST_F(ServerTest, RefusesOptionsThatMakeNoSense) {
  ServerOptions options;
  options.address = "localhost";
  EXPECT_THAT(Server::Start(options, {}, metrics_), HasError(Code::kInvalidArgument, "localhost"));
  options.address = "127.0.0.1";
  options.worker_threads = 0;
  EXPECT_THAT(Server::Start(options, {}, metrics_), HasError(Code::kInvalidArgument, "greater than zero"));
}

TEST_F(ServerTest, StopsTwiceWithoutHarm) {
  auto server = Start("x");
  ASSERT_THAT(server, IsOk());
  (*server)->Stop();
  (*server)->Stop();
}

// Answers race with the end of the listener, which cpprest does not lock.
TEST_F(ServerTest, OpensAndClosesUnderLoad) {
  std::atomic<int> answered = 0, broken = 0;
  for (int round = 0; round < 20; ++round) {
    auto server = Start("x");
    ASSERT_THAT(server, IsOk());
    const uint16_t port = (*server)->port();
    std::atomic<bool> going = true;
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&, i] {
        while (going) {
          const std::string answer = Get(port, i % 2 ? "/pool" : "/inline");
          if (answer.starts_with("HTTP/1.1 200 OK"))
            ++answered;
          else if (!answer.empty())
            ++broken;
        }
      });
    }
    const int before = answered;
    while (answered < before + 20) std::this_thread::yield();
    (*server)->Stop();
    going = false;
    for (auto& client : clients) client.join();
  }
  EXPECT_EQ(broken, 0);
}

TEST_F(ServerTest, RendersWhatItRefusesAsItsCustomsSay) {
  ServerCustoms customs;
  customs.render_refusal = [](const Refusal& refusal, const Request& request) {
    return Response::Text(refusal.status, "<" + refusal.code + " " + request.path + " " + refusal.where + ">");
  };
  Router router;
  RouteOptions streamed;
  streamed.body = BodyMode::kStreamed;
  router.Put("/sink", streamed, [](Request& request) -> Result<Response> {
    char block[64];
    for (;;) {
      TARN_ASSIGN(const size_t count, request.body_reader->Read(block, sizeof block));
      if (count == 0) return Response::NoContent();
    }
  });
  router.Get("/throw", {}, [](Request&) -> Result<Response> { throw std::runtime_error("secret"); });
  const auto server = Server::Start({}, std::move(router), metrics_, customs);
  ASSERT_THAT(server, IsOk());
  const uint16_t port = (*server)->port();
  EXPECT_THAT(Get(port, "/nothing"), HasSubstr("<not_found /nothing >"));
  EXPECT_THAT(Get(port, "/throw"), HasSubstr("<internal /throw >"));
  EXPECT_THAT(Ask(port, "GET / HTTP/1.1\r\n\r\n"), HasSubstr("<invalid_argument  header:Host>"));
  EXPECT_THAT(Ask(port, "PUT /sink HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n"),
              HasSubstr("<invalid_argument /sink >"));
  (*server)->Stop();
}

}  // namespace
}  // namespace tarn::http

#include "tests/unit/common/http_client/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace tarn {
namespace {

bool SendAll(int descriptor, const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = ::send(descriptor, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<size_t>(n);
  }
  return true;
}

size_t ContentLength(const std::string& head) {
  const size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

RawServer::RawServer(std::function<Answer(const Received&)> respond) : respond_(std::move(respond)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

RawServer::~RawServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int descriptor : descriptors_) ::shutdown(descriptor, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  for (const int descriptor : descriptors_) ::close(descriptor);
  ::close(listener_);
}

std::string RawServer::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

RawServer::Answer RawServer::Ok(int status, const std::string& body, const std::string& header_lines) {
  return {"HTTP/1.1 " + std::to_string(status) + " Reason\r\nContent-Length: " + std::to_string(body.size()) +
          "\r\n" + header_lines + "\r\n" + body};
}

void RawServer::Accept() {
  while (!stopping_) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const std::lock_guard lock(mutex_);
    descriptors_.push_back(descriptor);
    threads_.emplace_back([this, descriptor, number = ++connections_] { Serve(descriptor, number); });
  }
}

void RawServer::Serve(int descriptor, int connection) {
  std::string buffer;
  char chunk[4096];
  auto receive = [&] {
    const ssize_t n = ::recv(descriptor, chunk, sizeof chunk, 0);
    if (n > 0) buffer.append(chunk, static_cast<size_t>(n));
    return n > 0;
  };
  for (;;) {
    size_t end;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return;
    }
    Received received{buffer.substr(0, end + 2), "", connection, ++requests_};
    buffer.erase(0, end + 4);
    const size_t length = ContentLength(received.head);
    while (buffer.size() < length) {
      if (!receive()) return;
    }
    received.body = buffer.substr(0, length);
    buffer.erase(0, length);

    const Answer answer = respond_(received);
    if (!SendAll(descriptor, answer.bytes)) return;
    while (answer.repeat) {
      if (!SendAll(descriptor, answer.bytes)) return;
    }
    while (answer.hold) {
      if (!receive()) return;
    }
    if (answer.close) {
      ::shutdown(descriptor, SHUT_RDWR);
      return;
    }
  }
}

}  // namespace tarn

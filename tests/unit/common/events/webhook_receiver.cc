#include "tests/unit/common/events/webhook_receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace tarn::events {
namespace {

// Reads one request; false when the sender closed.
bool ReadRequest(int connection, std::string& buffer, ReceivedWebhook& request) {
  const auto fill = [&] {
    char piece[4096];
    const ssize_t count = recv(connection, piece, sizeof(piece), 0);
    if (count > 0) buffer.append(piece, static_cast<size_t>(count));
    return count > 0;
  };
  size_t end;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return false;
  }
  for (size_t line = buffer.find("\r\n") + 2; line < end;) {
    const size_t next = buffer.find("\r\n", line), colon = buffer.find(':', line);
    std::string name = buffer.substr(line, colon - line);
    for (char& c : name) c = static_cast<char>(tolower(c));
    request.headers[name] = buffer.substr(colon + 2, next - colon - 2);
    line = next + 2;
  }
  const size_t length = std::strtoul(request.Header("content-length").c_str(), nullptr, 10);
  while (buffer.size() < end + 4 + length) {
    if (!fill()) return false;
  }
  request.body = buffer.substr(end + 4, length);
  buffer.erase(0, end + 4 + length);
  return true;
}

}  // namespace

std::string ReceivedWebhook::Header(std::string_view name) const {
  const auto found = headers.find(std::string(name));
  return found == headers.end() ? "" : found->second;
}

WebhookReceiver::WebhookReceiver() : answer_([](int, const ReceivedWebhook&) { return Answer(); }) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0) abort();
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

WebhookReceiver::~WebhookReceiver() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  for (std::thread& thread : threads_) thread.join();
  for (const int connection : connections_) close(connection);
  close(listener_);
}

std::string WebhookReceiver::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1/events"; }

void WebhookReceiver::AnswerWith(std::function<Answer(int count, const ReceivedWebhook&)> answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<ReceivedWebhook> WebhookReceiver::WaitFor(size_t count, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, limit, [&] { return received_.size() >= count; });
  return received_;
}

void WebhookReceiver::Accept() {
  for (int connection; (connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    const std::lock_guard lock(mutex_);
    connections_.push_back(connection);
    if (stopping_) return;
    threads_.emplace_back([this, connection] { Serve(connection); });
  }
}

void WebhookReceiver::Serve(int connection) {
  std::string buffer;
  for (ReceivedWebhook request; ReadRequest(connection, buffer, request); request = {}) {
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      received_.push_back(request);
      answer = answer_(static_cast<int>(received_.size()), request);
    }
    arrived_.notify_all();
    if (answer.never) continue;
    const std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\n" + answer.extra_headers +
                             (answer.status == 204 ? "" : "Content-Length: 0\r\n") + "\r\n";
    send(connection, text.data(), text.size(), MSG_NOSIGNAL);
  }
}

}  // namespace tarn::events

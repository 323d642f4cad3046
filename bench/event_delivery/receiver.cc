#include "bench/event_delivery/receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <new>
#include <string_view>
#include <thread>

namespace tarn::bench {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 204 No Content\r\n\r\n";

int64_t NumberAfter(std::string_view text, std::string_view mark) {
  const size_t at = text.find(mark);
  int64_t number = 0;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), number);
  return number;
}

void Note(Tally& tally, std::string_view body) {
  const int64_t sequence = NumberAfter(body, "\"sequence\":\"");
  if (sequence < Tally::kMaxSequence && !tally.seen[sequence].exchange(true)) ++tally.distinct;
  ++tally.requests;
}

void Serve(int connection, Tally& tally) {
  std::string buffer;
  char piece[16'384];
  for (;;) {
    const size_t end = buffer.find("\r\n\r\n");
    if (end != std::string::npos) {
      const size_t size = end + 4 + static_cast<size_t>(NumberAfter(std::string_view(buffer).substr(0, end), "Content-Length: "));
      if (buffer.size() >= size) {
        Note(tally, std::string_view(buffer).substr(end + 4, size - end - 4));
        buffer.erase(0, size);
        if (send(connection, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) break;
        continue;
      }
    }
    const ssize_t count = recv(connection, piece, sizeof piece, 0);
    if (count <= 0) break;
    buffer.append(piece, static_cast<size_t>(count));
  }
  close(connection);
}

[[noreturn]] void Accept(int listener, Tally& tally) {
  for (;;) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    const int yes = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    std::thread(Serve, connection, std::ref(tally)).detach();
  }
}

}  // namespace

void Tally::Clear() {
  requests = distinct = 0;
  for (auto& flag : seen) flag.store(false, std::memory_order_relaxed);
}

Receiver::Receiver() {
  void* shared = mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) abort();
  tally_ = new (shared) Tally();
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 128) != 0) abort();
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Accept(listener, *tally_);
  }
  close(listener);
}

Receiver::~Receiver() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  munmap(tally_, sizeof(Tally));
}

}  // namespace tarn::bench

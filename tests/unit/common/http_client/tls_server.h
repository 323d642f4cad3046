#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace tarn {

/// A server on a free loopback port whose certificate it signed itself, so that nobody trusts it.
class SelfSignedServer {
 public:
  SelfSignedServer();
  ~SelfSignedServer();

  std::string Url(const std::string& path = "/") const;
  int connections() const { return connections_; }
  /// Handshakes that were completed: of clients that trusted it.
  int handshakes() const { return handshakes_; }

 private:
  struct Context;
  void Accept();

  std::unique_ptr<Context> context_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> handshakes_ = 0;
  std::thread acceptor_;
};

}  // namespace tarn

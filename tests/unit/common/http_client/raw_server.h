#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tarn {

/// A server on a free loopback port that answers each request with the bytes a test chooses, right or wrong.
class RawServer {
 public:
  struct Received {
    std::string head;  ///< request line and headers as sent
    std::string body;  ///< as long as Content-Length says
    int connection;    ///< counts from 1
    int number;        ///< of the request, counts from 1
  };

  struct Answer {
    std::string bytes = "";
    bool close = false;   ///< close the connection after `bytes`
    bool hold = false;    ///< send nothing more and wait until the client or the server goes
    bool repeat = false;  ///< send `bytes` again and again until the client goes
  };

  explicit RawServer(std::function<Answer(const Received&)> respond);
  ~RawServer();

  std::string Url(const std::string& path = "/") const;
  uint16_t port() const { return port_; }
  int requests() const { return requests_; }
  int connections() const { return connections_; }

  /// "HTTP/1.1 <status> Reason", Content-Length, further header lines (each ending in CRLF) and the body.
  static Answer Ok(int status, const std::string& body, const std::string& header_lines = "");

 private:
  void Accept();
  void Serve(int descriptor, int connection);

  std::function<Answer(const Received&)> respond_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> descriptors_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tarn

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tarn::events {

/// One request that arrived.
struct ReceivedWebhook {
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  std::string Header(std::string_view name) const;
};

/// A plain HTTP/1.1 server on a loopback port that notes what it gets and answers as it is told.
class WebhookReceiver {
 public:
  struct Answer {
    int status = 204;
    std::string extra_headers;  ///< each with CRLF
    bool never = false;         ///< keeps the sender waiting
  };

  WebhookReceiver();
  ~WebhookReceiver();

  std::string url() const;
  /// Decides on the answer to request number `count` (from 1); 204 unless set. Set before requests come.
  void AnswerWith(std::function<Answer(int count, const ReceivedWebhook&)> answer);
  /// Waits until at least `count` requests arrived, at most `limit`; returns all that arrived.
  std::vector<ReceivedWebhook> WaitFor(size_t count, std::chrono::milliseconds limit = std::chrono::seconds(10));

 private:
  void Accept();
  void Serve(int connection);

  int listener_ = -1;
  uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::function<Answer(int, const ReceivedWebhook&)> answer_;
  std::vector<ReceivedWebhook> received_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  bool stopping_ = false;
  std::thread accepting_;
};

}  // namespace tarn::events

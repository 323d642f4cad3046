#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace tarn::bench {

/// What the receiver has seen; in memory that it shares with the process that measures.
struct Tally {
  static constexpr int64_t kMaxSequence = 1 << 20;
  std::atomic<int64_t> requests{0};
  std::atomic<int64_t> distinct{0};  ///< different sequences
  std::atomic<bool> seen[kMaxSequence] = {};

  void Clear();
};

/// A process of its own that takes POSTs over kept-alive connections, a thread each, and answers 204: as little as a
/// receiver can do. Start it before the process has threads; it ends with its parent.
class Receiver {
 public:
  Receiver();
  ~Receiver();
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  Tally& tally() { return *tally_; }

 private:
  Tally* tally_;
  uint16_t port_ = 0;
  pid_t process_ = 0;
};

}  // namespace tarn::bench

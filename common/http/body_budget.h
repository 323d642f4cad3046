#pragma once

#include <atomic>
#include <cstdint>

namespace tarn::http {

/// Bounds the memory of all buffered request bodies together. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(uint64_t limit_bytes) : limit_(limit_bytes) {}

  /// What one body takes of it; given back when destroyed.
  class Share {
   public:
    explicit Share(BodyBudget& budget) : budget_(budget) {}
    ~Share() { budget_.used_ -= size_; }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// Returns false if the share cannot grow to `size`.
    bool GrowTo(uint64_t size) {
      if (size <= size_) return true;
      const uint64_t more = size - size_;
      if (budget_.used_.fetch_add(more) + more > budget_.limit_) {
        budget_.used_ -= more;
        return false;
      }
      size_ = size;
      return true;
    }

   private:
    BodyBudget& budget_;
    uint64_t size_ = 0;
  };

 private:
  const uint64_t limit_;
  std::atomic<uint64_t> used_{0};
};

}  // namespace tarn::http

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

namespace tarn::transform {

/// Bounds how many do something at a time. Thread-safe.
class Slots {
 public:
  explicit Slots(int64_t count) : free_(count) {}

  /// The right to go on, given back when it is destroyed. Must not outlive its Slots.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) ++slots_->free_;
    }

   private:
    friend class Slots;
    explicit Slot(Slots* slots) : slots_(slots) {}
    Slots* slots_;
  };

  /// Nothing if all are taken.
  std::optional<Slot> TryTake() {
    int64_t free = free_.load();
    while (free > 0) {
      if (free_.compare_exchange_weak(free, free - 1)) return Slot(this);
    }
    return std::nullopt;
  }

 private:
  std::atomic<int64_t> free_;
};

}  // namespace tarn::transform

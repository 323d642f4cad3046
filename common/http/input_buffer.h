#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace tarn::http {

/// Bytes that were read from a socket and not used yet. While a read into Prepare()d space is under way, only
/// view() and Consume() may be called.
class InputBuffer {
 public:
  std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  size_t size() const { return end_ - begin_; }

  void Consume(size_t count) { begin_ += count; }

  /// Returns room for `count` more bytes, to be followed by Commit() of those that came.
  char* Prepare(size_t count) {
    if (empty()) begin_ = end_ = 0;
    if (capacity_ - end_ < count) MakeRoom(count);
    return data_.get() + end_;
  }
  void Commit(size_t count) { end_ += count; }

  /// Gives the memory back if a large body needed much of it.
  void Shrink(size_t capacity) {
    if (empty() && capacity_ > capacity) *this = InputBuffer();
  }

 private:
  void MakeRoom(size_t count) {
    const size_t kept = size();
    if (capacity_ < kept + count) {
      std::unique_ptr<char[]> larger(new char[kept + count]);
      std::copy_n(data_.get() + begin_, kept, larger.get());
      data_ = std::move(larger);
      capacity_ = kept + count;
    } else {
      std::memmove(data_.get(), data_.get() + begin_, kept);
    }
    begin_ = 0;
    end_ = kept;
  }

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace tarn::http

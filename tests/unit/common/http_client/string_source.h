#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "common/http_client/body_source.h"

namespace tarn::http_client {

/// A body from memory that counts how often it was started; may claim another size than it has.
class StringSource final : public BodySource {
 public:
  explicit StringSource(std::string content) : content_(std::move(content)), claimed_(content_.size()) {}
  StringSource(std::string content, uint64_t claimed) : content_(std::move(content)), claimed_(claimed) {}

  uint64_t size_bytes() const override { return claimed_; }
  Result<size_t> Read(char* into, size_t size) override {
    const size_t count = std::min(size, content_.size() - offset_);
    std::memcpy(into, content_.data() + offset_, count);
    offset_ += count;
    return count;
  }
  Status Rewind() override {
    ++starts;
    offset_ = 0;
    return Ok();
  }

  int starts = 0;

 private:
  const std::string content_;
  const uint64_t claimed_;
  size_t offset_ = 0;
};

}  // namespace tarn::http_client

#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

#include "common/http_client/body_source.h"

namespace tarn::s3_client {

/// A body in memory, which must outlive it.
class MemoryBody final : public http_client::BodySource {
 public:
  explicit MemoryBody(std::string_view content) : content_(content) {}

  uint64_t size_bytes() const override { return content_.size(); }
  Result<size_t> Read(char* into, size_t size) override {
    const size_t count = std::min(size, content_.size() - offset_);
    if (count > 0) std::memcpy(into, content_.data() + offset_, count);
    offset_ += count;
    return count;
  }
  Status Rewind() override {
    offset_ = 0;
    return Ok();
  }

 private:
  const std::string_view content_;
  size_t offset_ = 0;
};

}  // namespace tarn::s3_client

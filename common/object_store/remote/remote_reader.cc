#include "common/object_store/remote/remote_reader.h"

#include <algorithm>
#include <cstring>

namespace tarn::object_store {
namespace {

class StreamReader final : public ObjectReader {
 public:
  StreamReader(ObjectInfo info, std::unique_ptr<s3_client::ObjectStream> stream)
      : info_(std::move(info)), stream_(std::move(stream)) {}
  const ObjectInfo& info() const override { return info_; }
  uint64_t length() const override { return stream_->length(); }
  Result<size_t> Read(char* into, size_t size) override { return stream_->Read(into, size); }

 private:
  const ObjectInfo info_;
  const std::unique_ptr<s3_client::ObjectStream> stream_;
};

class MemoryReader final : public ObjectReader {
 public:
  MemoryReader(ObjectInfo info, std::string content) : info_(std::move(info)), content_(std::move(content)) {}
  const ObjectInfo& info() const override { return info_; }
  uint64_t length() const override { return content_.size(); }
  Result<size_t> Read(char* into, size_t size) override {
    const size_t count = std::min(size, content_.size() - offset_);
    std::memcpy(into, content_.data() + offset_, count);
    offset_ += count;
    return count;
  }

 private:
  const ObjectInfo info_;
  const std::string content_;
  size_t offset_ = 0;
};

}  // namespace

std::unique_ptr<ObjectReader> ReadStream(ObjectInfo info, std::unique_ptr<s3_client::ObjectStream> stream) {
  return std::make_unique<StreamReader>(std::move(info), std::move(stream));
}

std::unique_ptr<ObjectReader> ReadMemory(ObjectInfo info, std::string content) {
  return std::make_unique<MemoryReader>(std::move(info), std::move(content));
}

Result<ByteRange> ClampRange(const ObjectInfo& info, const std::optional<ByteRange>& range) {
  const uint64_t size = info.size_bytes;
  const uint64_t offset = range ? range->offset : 0;
  if (offset > 0 && offset >= size) {
    return Error(Code::kInvalidArgument, "the range starts beyond the object's " + std::to_string(size) + " bytes").At("range");
  }
  const uint64_t rest = size - offset;
  return ByteRange{offset, range && range->length ? std::min(*range->length, rest) : rest};
}

}  // namespace tarn::object_store

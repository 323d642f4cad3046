#include "common/object_store/file_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tarn::object_store {
namespace {

class FileReader final : public ObjectReader {
 public:
  FileReader(OpenObject object, uint64_t offset, uint64_t length)
      : object_(std::move(object)), offset_(offset), length_(length), left_(length) {}

  const ObjectInfo& info() const override { return object_.info; }
  uint64_t length() const override { return length_; }

  Result<size_t> Read(char* into, size_t size) override {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(size, left_));
    if (wanted == 0) return size_t{0};
    ssize_t count = 0;
    do {
      count = pread(object_.file.get(), into, wanted, static_cast<off_t>(offset_));
    } while (count < 0 && errno == EINTR);
    if (count < 0) return SystemError(errno, "read an object");
    // The store never changes a file in place; somebody else did.
    if (count == 0) return Error(Code::kUnavailable, "another program cut the object's file while it was read");
    offset_ += static_cast<uint64_t>(count);
    left_ -= static_cast<uint64_t>(count);
    return static_cast<size_t>(count);
  }

 private:
  OpenObject object_;
  uint64_t offset_, length_, left_;
};

}  // namespace

Result<std::unique_ptr<ObjectReader>> ReadObjectFile(OpenObject object, std::optional<ByteRange> range) {
  const uint64_t size = object.info.size_bytes;
  const uint64_t offset = range ? range->offset : 0;
  if (offset > 0 && offset >= size) {
    return Error(Code::kInvalidArgument, "the range starts beyond the object's " + std::to_string(size) + " bytes").At("range");
  }
  const uint64_t rest = size - offset;
  const uint64_t length = range && range->length ? std::min(*range->length, rest) : rest;
  return std::unique_ptr<ObjectReader>(std::make_unique<FileReader>(std::move(object), offset, length));
}

}  // namespace tarn::object_store

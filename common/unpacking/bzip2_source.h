#pragma once

#include <memory>
#include <vector>

#include "common/unpacking/byte_source.h"

namespace tarn::unpacking {

/// Unpacks bzip2 streams, any number of them.
class Bzip2Source : public ByteSource {
 public:
  explicit Bzip2Source(std::unique_ptr<ByteSource> packed);
  ~Bzip2Source() override;
  Result<size_t> Read(char* into, size_t size) override;

 private:
  struct Stream;
  Result<bool> Refill();

  const std::unique_ptr<ByteSource> packed_;
  std::unique_ptr<Stream> stream_;
  std::vector<char> input_;
  bool ended_ = false;
};

}  // namespace tarn::unpacking

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/object_store/object_store.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// A part of a content of known size. `length` is always set.
struct ContentRange {
  uint64_t offset = 0;
  uint64_t length = 0;

  /// "bytes 0-9/100".
  std::string Header(uint64_t size) const;
  object_store::ByteRange ToByteRange() const { return {offset, length}; }
};

/// Reads a Range header for a content of `size` bytes (RFC 9110 section 14.2). Nothing: answer with the
/// whole, since the header asks for several ranges, in other units, or is malformed. Errors: InvalidRange.
S3Result<std::optional<ContentRange>> ReadRange(std::string_view header, uint64_t size);

/// Reads x-amz-copy-source-range, which must be "bytes=first-last" within the source. Errors:
/// InvalidArgument.
S3Result<ContentRange> ReadCopyRange(std::string_view header, uint64_t size);

}  // namespace tarn::extract::s3

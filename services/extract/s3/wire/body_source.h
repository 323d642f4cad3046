#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/http/message.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// The bytes of a body as they come over the wire, with lines in between where the framing has them.
class BodySource {
 public:
  /// `reader` may be null: an empty body. It must outlive the source.
  explicit BodySource(http::BodyReader* reader) : reader_(reader) {}

  /// Up to `size` bytes; 0 at the end. Errors: IncompleteBody, RequestTimeout, EntityTooLarge, BadRequest.
  S3Result<size_t> Read(char* into, size_t size);
  /// A line without its CR LF. Errors: as Read; IncompleteBody if the body ends first; InvalidRequest if the line is
  /// longer than `max_bytes`.
  S3Result<std::string> ReadLine(size_t max_bytes);

 private:
  S3Result<size_t> ReadFresh(char* into, size_t size);

  http::BodyReader* reader_;
  std::string ahead_;      // read for a line and not used yet
  size_t ahead_used_ = 0;
};

}  // namespace tarn::extract::s3

#pragma once

#include <optional>

#include "services/extract/s3/operations/byte_range.h"
#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// What of an object a Get or Head is about.
struct Selection {
  std::optional<ContentRange> range;  ///< nothing: the whole
  int64_t part_number = 0;            ///< 0: no part was asked for
};

/// Reads Range, If-Range and partNumber. Errors: InvalidRange, InvalidRequest, InvalidArgument,
/// InvalidPartNumber.
S3Result<Selection> SelectContent(const S3Request& request, const object_store::ObjectInfo& object);

/// Adds status, Content-Range, x-amz-mp-parts-count and, where they fit the selection, the checksums.
void DescribeSelection(http::Response& response, const Selection& selection,
                       const object_store::ObjectInfo& object, const S3Request& request);

}  // namespace tarn::extract::s3

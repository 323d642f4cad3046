#pragma once

#include <memory>
#include <string>

#include "services/extract/s3/operations/byte_range.h"
#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// What x-amz-copy-source names.
struct CopySource {
  std::string bucket, key;
  object_store::VersionId version;  ///< empty: the current one
};

/// Reads `/bucket/key?versionId=...`, percent-encoded, with or without the first '/'. Errors:
/// InvalidArgument.
S3Result<CopySource> ReadCopySource(const S3Request& request);

/// Opens the source after weighing x-amz-copy-source-if-*; the range is x-amz-copy-source-range if `ranged`.
/// Errors: NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed, InvalidArgument, InvalidRequest over 5
/// GiB.
S3Result<std::unique_ptr<object_store::ObjectReader>> OpenCopySource(VersionedStore& store,
                                                                     const S3Request& request,
                                                                     const CopySource& source, bool ranged);

/// Adds x-amz-copy-source-version-id if the source has a version of its own.
void AddCopySourceVersion(http::Response& response, const object_store::ObjectInfo& source);

}  // namespace tarn::extract::s3

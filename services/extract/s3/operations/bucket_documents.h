#pragma once

#include <string>

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// Answers with the bucket's document of that name. Errors: NoSuchBucket, `missing` if there is none.
S3Result<http::Response> GetBucketDocument(VersionedStore& store, const S3Request& request,
                                           const std::string& name, S3Code missing);
/// Keeps it, which must have been validated, and answers with `status`. Errors: NoSuchBucket.
S3Result<http::Response> PutBucketDocument(VersionedStore& store, const S3Request& request,
                                           const std::string& name, const std::string& document, int status);
S3Result<http::Response> DeleteBucketDocument(VersionedStore& store, const S3Request& request,
                                              const std::string& name);

}  // namespace tarn::extract::s3

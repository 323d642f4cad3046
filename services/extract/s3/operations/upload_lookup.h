#pragma once

#include <cstdint>
#include <string>

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// The upload that the query's uploadId names. Errors: NoSuchUpload, NoSuchBucket.
S3Result<object_store::Upload> FindUpload(VersionedStore& store, const S3Request& request);

/// The query's partNumber. Errors: InvalidArgument unless it is from 1 to 10,000.
S3Result<int> PartNumberOf(const S3Request& request);

/// What an error of the store about an upload means to the client.
S3Error UploadFailure(VersionedStore& store, const S3Request& request, const Error& error);

/// Reads x-amz-checksum-type; true for FULL_OBJECT. `algorithm` as in Upload::checksum_algorithm. Errors:
/// InvalidRequest for a pair that S3 does not have.
S3Result<bool> IsFullObjectChecksum(const S3Request& request, const std::string& algorithm);

}  // namespace tarn::extract::s3

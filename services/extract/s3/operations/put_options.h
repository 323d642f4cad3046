#pragma once

#include "common/object_store/object_store.h"
#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// Reads what a request says of the object to be: Content-Type, Cache-Control ..., x-amz-meta-*. Errors:
/// MetadataTooLarge, InvalidArgument, InvalidStorageClass.
S3Result<object_store::PutOptions> ReadContentOptions(const S3Request& request);

/// The tags in x-amz-tagging, if it is there. Errors: InvalidTag, InvalidArgument, BadRequest.
S3Result<std::map<std::string, std::string>> ReadTaggingHeader(const S3Request& request);

/// Refuses headers that ask for what would silently not be done: encryption, locks, grants. Errors:
/// NotImplemented with the header's name, InvalidArgument for an ACL that S3 does not know.
S3Status RefuseUnsupportedHeaders(const S3Request& request);

}  // namespace tarn::extract::s3

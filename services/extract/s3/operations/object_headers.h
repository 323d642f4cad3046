#pragma once

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// Adds what S3 says of an object in the headers of Get and Head: ETag, Last-Modified, Content-Type, user
/// metadata, tag count, version, replication status ... The query's response-* parameters override what they
/// name. Errors: InvalidArgument for an override that no header can hold.
S3Status AddObjectHeaders(http::Response& response, const object_store::ObjectInfo& object,
                          const S3Request& request);

}  // namespace tarn::extract::s3

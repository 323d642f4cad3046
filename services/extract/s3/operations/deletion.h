#pragma once

#include <string>

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// Deletes a key (an empty version: in a versioned bucket that adds a delete marker) or one version for good.
/// What is not there, or cannot be, is no error. `if_match_etag`, unless empty, must be the current object's (of a
/// delete without a version). Errors: NoSuchBucket, KeyTooLongError, PreconditionFailed, NoSuchKey (with an etag).
S3Result<object_store::DeleteResult> DeleteOne(VersionedStore& store, const std::string& bucket,
                                               const std::string& key,
                                               const object_store::VersionId& version,
                                               const std::string& if_match_etag = "");

}  // namespace tarn::extract::s3

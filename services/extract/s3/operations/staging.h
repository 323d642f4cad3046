#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/checksums/checksum.h"
#include "services/extract/s3/operations/operation.h"
#include "services/extract/s3/wire/payload.h"

namespace tarn::extract::s3 {

/// Content that is on the disk, with its checksums by algorithm.
struct Staged {
  std::unique_ptr<object_store::StagedObject> content;
  std::map<std::string, std::string> checksums;
};

/// Takes a request's body to the disk as it comes. Errors: those of Payload, InsufficientStorage.
S3Result<Staged> StagePayload(VersionedStore& store, Payload& payload);

/// Copies what `reader` has left, computing these checksums on the way. Errors: as the store's.
Result<Staged> StageCopy(VersionedStore& store, object_store::ObjectReader& reader,
                         const std::vector<checksums::Algorithm>& algorithms);

/// Makes staged content the object (bucket, key). Errors: PreconditionFailed, NoSuchKey for an If-Match
/// without an object, NoSuchBucket, InvalidRequest if the key is another's folder.
S3Result<object_store::ObjectInfo> CommitStaged(VersionedStore& store, const std::string& bucket,
                                                const std::string& key,
                                                std::unique_ptr<object_store::StagedObject> content,
                                                object_store::PutOptions options);

/// What an error of a commit of (bucket, key) means to the client.
S3Error CommitFailure(VersionedStore& store, const std::string& bucket, const std::string& key, bool if_match,
                      const Error& error);

}  // namespace tarn::extract::s3

#pragma once

#include <string>
#include <string_view>

#include "services/extract/s3/operations/operation.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {

/// An XML document with status 200.
http::Response XmlResponse(std::string document);
/// No content, with this status.
http::Response EmptyResponse(int status);

/// The one owner of everything, as `<Owner>` or `<Initiator>`.
void WriteOwner(XmlWriter& xml, std::string_view element);
std::string_view OwnerId();

/// Writes the five elements ChecksumCRC32 ... of those there are; composite ones with their "-<parts>".
void WriteChecksums(XmlWriter& xml, const std::map<std::string, std::string>& checksums);
/// COMPOSITE or FULL_OBJECT: what kind of checksums these are; "" if there are none.
std::string_view ChecksumType(const std::map<std::string, std::string>& checksums);
/// Adds x-amz-checksum-* and x-amz-checksum-type.
void AddChecksumHeaders(http::Response& response, const std::map<std::string, std::string>& checksums);

/// "\"etag\"".
std::string Quoted(std::string_view etag);

/// What S3 shows as the version's id: "null" for one written while the bucket was not versioned.
const std::string& ShownVersion(const object_store::ObjectInfo& object);
/// Adds x-amz-version-id unless the object was written while its bucket was not versioned.
void AddVersionHeader(http::Response& response, const object_store::ObjectInfo& object);

/// The query's versionId; empty without one. Errors: InvalidArgument for an empty one.
S3Result<object_store::VersionId> VersionIdOf(const S3Request& request);

/// Errors: NoSuchBucket, InvalidBucketName.
S3Result<object_store::BucketInfo> RequireBucket(VersionedStore& store, const std::string& bucket);

/// Errors: InvalidArgument for a key that no file can have, KeyTooLongError.
S3Status CheckStorableKey(const std::string& key);

/// What a read of (bucket, key, version) that the store failed means to the client: NoSuchBucket,
/// NoSuchVersion, NoSuchKey, with the headers that tell of delete markers, MethodNotAllowed for a version
/// that is one.
S3Error ReadFailure(VersionedStore& store, const std::string& bucket, const std::string& key,
                    const object_store::VersionId& version, const Error& error);

/// The small body of a request as text. Errors: those of Payload, MissingRequestBodyError if there is none.
S3Result<std::string> ReadDocument(S3Request& request, uint64_t max_bytes = 1 << 20);

/// A whole number in the query, from `min` to any; `fallback` if it is absent. Errors: InvalidArgument.
S3Result<int64_t> QueryNumber(const S3Request& request, std::string_view name, int64_t fallback, int64_t min,
                              int64_t max = INT32_MAX);

}  // namespace tarn::extract::s3

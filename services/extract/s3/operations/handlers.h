#pragma once

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

// The handlers of table.cc, each in the file of its name. Source of requests, answers and errors: Amazon S3
// API reference, "Actions".

S3Result<http::Response> ListBuckets(VersionedStore& store, S3Request& request);
S3Result<http::Response> CreateBucket(VersionedStore& store, S3Request& request);
S3Result<http::Response> HeadBucket(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteBucket(VersionedStore& store, S3Request& request);

S3Result<http::Response> ListObjects(VersionedStore& store, S3Request& request);
S3Result<http::Response> ListObjectsV2(VersionedStore& store, S3Request& request);
S3Result<http::Response> ListObjectVersions(VersionedStore& store, S3Request& request);

S3Result<http::Response> GetObject(VersionedStore& store, S3Request& request);
S3Result<http::Response> HeadObject(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetObjectAttributes(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutObject(VersionedStore& store, S3Request& request);
S3Result<http::Response> CopyObject(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteObject(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteObjects(VersionedStore& store, S3Request& request);

S3Result<http::Response> CreateMultipartUpload(VersionedStore& store, S3Request& request);
S3Result<http::Response> UploadPart(VersionedStore& store, S3Request& request);
S3Result<http::Response> UploadPartCopy(VersionedStore& store, S3Request& request);
S3Result<http::Response> ListParts(VersionedStore& store, S3Request& request);
S3Result<http::Response> ListMultipartUploads(VersionedStore& store, S3Request& request);
S3Result<http::Response> CompleteMultipartUpload(VersionedStore& store, S3Request& request);
S3Result<http::Response> AbortMultipartUpload(VersionedStore& store, S3Request& request);

// object_tagging.cc
S3Result<http::Response> GetObjectTagging(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutObjectTagging(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteObjectTagging(VersionedStore& store, S3Request& request);

// bucket_versioning.cc
S3Result<http::Response> GetBucketVersioning(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketVersioning(VersionedStore& store, S3Request& request);

// bucket_configuration.cc
S3Result<http::Response> GetBucketLifecycle(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketLifecycle(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteBucketLifecycle(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketReplication(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketReplication(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteBucketReplication(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketNotification(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketNotification(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketCors(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketCors(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteBucketCors(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketTagging(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketTagging(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteBucketTagging(VersionedStore& store, S3Request& request);

// bucket_policy.cc
S3Result<http::Response> GetBucketPolicy(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketPolicy(VersionedStore& store, S3Request& request);
S3Result<http::Response> DeleteBucketPolicy(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketPolicyStatus(VersionedStore& store, S3Request& request);

// access_control.cc
S3Result<http::Response> GetBucketAcl(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutBucketAcl(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetObjectAcl(VersionedStore& store, S3Request& request);
S3Result<http::Response> PutObjectAcl(VersionedStore& store, S3Request& request);

// fixed_answers.cc: what does not exist here, and what never changes
S3Result<http::Response> GetBucketLocation(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketRequestPayment(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketLogging(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketAccelerate(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketEncryption(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetObjectLock(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetPublicAccessBlock(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetOwnershipControls(VersionedStore& store, S3Request& request);
S3Result<http::Response> GetBucketWebsite(VersionedStore& store, S3Request& request);

}  // namespace tarn::extract::s3

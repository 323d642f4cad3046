#include <algorithm>

#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {
namespace {

using Target = OperationEntry::Target;
using http::Method;

constexpr Target kService = Target::kService, kBucket = Target::kBucket, kObject = Target::kObject;
constexpr Method kGet = Method::kGet, kHead = Method::kHead, kPut = Method::kPut, kPost = Method::kPost,
                 kDelete = Method::kDelete;

// What has a query or a header of its own comes before what has none.
constexpr OperationEntry kOperations[] = {
    {"ListBuckets", kGet, kService, "", "", ListBuckets},

    {"GetBucketLocation", kGet, kBucket, "location", "", GetBucketLocation},
    {"ListObjectVersions", kGet, kBucket, "versions", "", ListObjectVersions},
    {"ListMultipartUploads", kGet, kBucket, "uploads", "", ListMultipartUploads},
    {"GetBucketVersioning", kGet, kBucket, "versioning", "", GetBucketVersioning},
    {"GetBucketLifecycleConfiguration", kGet, kBucket, "lifecycle", "", GetBucketLifecycle},
    {"GetBucketReplication", kGet, kBucket, "replication", "", GetBucketReplication},
    {"GetBucketNotificationConfiguration", kGet, kBucket, "notification", "", GetBucketNotification},
    {"GetBucketPolicy", kGet, kBucket, "policy", "", GetBucketPolicy},
    {"GetBucketPolicyStatus", kGet, kBucket, "policyStatus", "", GetBucketPolicyStatus},
    {"GetBucketCors", kGet, kBucket, "cors", "", GetBucketCors},
    {"GetBucketTagging", kGet, kBucket, "tagging", "", GetBucketTagging},
    {"GetBucketAcl", kGet, kBucket, "acl", "", GetBucketAcl},
    {"GetBucketRequestPayment", kGet, kBucket, "requestPayment", "", GetBucketRequestPayment},
    {"GetBucketLogging", kGet, kBucket, "logging", "", GetBucketLogging},
    {"GetBucketAccelerateConfiguration", kGet, kBucket, "accelerate", "", GetBucketAccelerate},
    {"GetBucketEncryption", kGet, kBucket, "encryption", "", GetBucketEncryption},
    {"GetObjectLockConfiguration", kGet, kBucket, "object-lock", "", GetObjectLock},
    {"GetPublicAccessBlock", kGet, kBucket, "publicAccessBlock", "", GetPublicAccessBlock},
    {"GetBucketOwnershipControls", kGet, kBucket, "ownershipControls", "", GetOwnershipControls},
    {"GetBucketWebsite", kGet, kBucket, "website", "", GetBucketWebsite},
    {"ListObjectsV2", kGet, kBucket, "list-type=2", "", ListObjectsV2},
    {"ListObjects", kGet, kBucket, "", "", ListObjects},
    {"HeadBucket", kHead, kBucket, "", "", HeadBucket},

    {"PutBucketVersioning", kPut, kBucket, "versioning", "", PutBucketVersioning},
    {"PutBucketLifecycleConfiguration", kPut, kBucket, "lifecycle", "", PutBucketLifecycle},
    {"PutBucketReplication", kPut, kBucket, "replication", "", PutBucketReplication},
    {"PutBucketNotificationConfiguration", kPut, kBucket, "notification", "", PutBucketNotification},
    {"PutBucketPolicy", kPut, kBucket, "policy", "", PutBucketPolicy},
    {"PutBucketCors", kPut, kBucket, "cors", "", PutBucketCors},
    {"PutBucketTagging", kPut, kBucket, "tagging", "", PutBucketTagging},
    {"PutBucketAcl", kPut, kBucket, "acl", "", PutBucketAcl},
    {"CreateBucket", kPut, kBucket, "", "", CreateBucket},

    {"DeleteObjects", kPost, kBucket, "delete", "", DeleteObjects},

    {"DeleteBucketLifecycle", kDelete, kBucket, "lifecycle", "", DeleteBucketLifecycle},
    {"DeleteBucketReplication", kDelete, kBucket, "replication", "", DeleteBucketReplication},
    {"DeleteBucketPolicy", kDelete, kBucket, "policy", "", DeleteBucketPolicy},
    {"DeleteBucketCors", kDelete, kBucket, "cors", "", DeleteBucketCors},
    {"DeleteBucketTagging", kDelete, kBucket, "tagging", "", DeleteBucketTagging},
    {"DeleteBucket", kDelete, kBucket, "", "", DeleteBucket},

    {"ListParts", kGet, kObject, "uploadId", "", ListParts},
    {"GetObjectTagging", kGet, kObject, "tagging", "", GetObjectTagging},
    {"GetObjectAcl", kGet, kObject, "acl", "", GetObjectAcl},
    {"GetObjectAttributes", kGet, kObject, "attributes", "", GetObjectAttributes},
    {"GetObject", kGet, kObject, "", "", GetObject},
    {"HeadObject", kHead, kObject, "", "", HeadObject},

    {"UploadPartCopy", kPut, kObject, "uploadId", "x-amz-copy-source", UploadPartCopy},
    {"UploadPart", kPut, kObject, "uploadId", "", UploadPart},
    {"PutObjectTagging", kPut, kObject, "tagging", "", PutObjectTagging},
    {"PutObjectAcl", kPut, kObject, "acl", "", PutObjectAcl},
    {"CopyObject", kPut, kObject, "", "x-amz-copy-source", CopyObject},
    {"PutObject", kPut, kObject, "", "", PutObject},

    {"CreateMultipartUpload", kPost, kObject, "uploads", "", CreateMultipartUpload},
    {"CompleteMultipartUpload", kPost, kObject, "uploadId", "", CompleteMultipartUpload},

    {"AbortMultipartUpload", kDelete, kObject, "uploadId", "", AbortMultipartUpload},
    {"DeleteObjectTagging", kDelete, kObject, "tagging", "", DeleteObjectTagging},
    {"DeleteObject", kDelete, kObject, "", "", DeleteObject},
};

// Parameters with which S3 has operations of their own: never taken for the plain one of their method.
constexpr std::string_view kSubresources[] = {
    "accelerate", "acl", "analytics", "annotation", "attributes", "cors", "delete", "encryption",
    "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging",
    "metadataConfiguration", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls",
    "policy", "policyStatus", "publicAccessBlock", "renameObject", "replication", "requestPayment", "restore",
    "retention", "select", "session", "tagging", "torrent", "uploadId", "uploads", "versioning", "versions",
    "website",
};

std::string_view QueryName(const OperationEntry& entry) {
  return entry.query.substr(0, entry.query.find('='));
}

bool HasQuery(const OperationEntry& entry, const S3Request& request) {
  if (entry.query.empty()) return true;
  const auto value = request.Query(QueryName(entry));
  const size_t equals = entry.query.find('=');
  return value && (equals == std::string_view::npos || *value == entry.query.substr(equals + 1));
}

bool HasForeignSubresource(const OperationEntry& entry, const S3Request& request) {
  return std::any_of(std::begin(kSubresources), std::end(kSubresources), [&](std::string_view name) {
    return name != QueryName(entry) && request.HasQuery(name);
  });
}

}  // namespace

std::span<const OperationEntry> AllOperations() { return kOperations; }

S3Result<const OperationEntry*> FindOperation(const S3Request& request) {
  const Target target = request.bucket.empty() ? kService : request.key.empty() ? kBucket : kObject;
  bool other_method = true;
  for (const OperationEntry& entry : kOperations) {
    if (entry.target != target || entry.method != request.method()) continue;
    other_method = false;
    const bool meant = HasQuery(entry, request) && (entry.header.empty() || request.Header(entry.header)) &&
                       !HasForeignSubresource(entry, request);
    if (meant) return &entry;
  }
  if (other_method && request.method() != Method::kPost) return S3Error(S3Code::kMethodNotAllowed);
  return S3Error(S3Code::kNotImplemented);
}

}  // namespace tarn::extract::s3

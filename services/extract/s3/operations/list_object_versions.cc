#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/listing.h"

namespace tarn::extract::s3 {
namespace {

S3Result<object_store::VersionPage> ReadPage(VersionedStore& store,
                                             const object_store::VersionListRequest& request) {
  if (request.limit == 0) {
    TARN_TRY(RequireBucket(store, request.bucket));
    return object_store::VersionPage();
  }
  auto page = Translate(store.ListVersions(request), S3Code::kNoSuchBucket);
  if (!page.ok()) return std::move(page).error().With("BucketName", request.bucket);
  return page;
}

void WriteVersion(XmlWriter& xml, const Listing& listing, const object_store::ListedVersion& version) {
  const object_store::ObjectInfo& object = version.object;
  xml.Open(object.delete_marker ? "DeleteMarker" : "Version");
  listing.WriteKey(xml, "Key", object.key);
  xml.Text("VersionId", ShownVersion(object)).Flag("IsLatest", version.is_latest);
  if (object.delete_marker) {
    xml.Text("LastModified", FormatRfc3339(object.last_modified));
  } else {
    WriteListedObject(xml, object);
  }
  WriteOwner(xml, "Owner");
  xml.Close();
}

}  // namespace

S3Result<http::Response> ListObjectVersions(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const Listing listing, Listing::Read(request, "max-keys"));
  object_store::VersionListRequest asked;
  asked.bucket = request.bucket;
  asked.prefix = listing.prefix;
  asked.delimiter = listing.delimiter;
  asked.limit = listing.limit;
  asked.after_key = request.Query("key-marker").value_or("");
  asked.after_version = request.Query("version-id-marker").value_or("");
  if (asked.after_key.empty() && !asked.after_version.empty()) {
    return S3Error(S3Code::kInvalidArgument, "A version-id marker cannot be specified without a key marker.")
        .With("ArgumentName", "version-id-marker");
  }
  TARN_ASSIGN(const object_store::VersionPage page, ReadPage(store, asked));
  XmlWriter xml("ListVersionsResult");
  xml.Text("Name", request.bucket);
  listing.WriteKey(xml, "Prefix", listing.prefix);
  listing.WriteKey(xml, "KeyMarker", asked.after_key);
  xml.Text("VersionIdMarker", asked.after_version);
  if (page.truncated) {
    listing.WriteKey(xml, "NextKeyMarker", page.next_after_key);
    if (!page.next_after_version.empty()) xml.Text("NextVersionIdMarker", page.next_after_version);
  }
  xml.Number("MaxKeys", listing.limit);
  listing.WriteAsked(xml);
  xml.Flag("IsTruncated", page.truncated);
  for (const object_store::ListedVersion& version : page.versions) WriteVersion(xml, listing, version);
  listing.WriteCommonPrefixes(xml, page.common_prefixes);
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/listing.h"

namespace tarn::extract::s3 {

S3Result<http::Response> ListObjects(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const Listing listing, Listing::Read(request, "max-keys"));
  const std::string marker = request.Query("marker").value_or("");
  TARN_ASSIGN(const object_store::ListPage page, ListPageOf(store, request.bucket, listing, marker));
  XmlWriter xml("ListBucketResult");
  xml.Text("Name", request.bucket);
  listing.WriteKey(xml, "Prefix", listing.prefix);
  listing.WriteKey(xml, "Marker", marker);
  // S3 gives it with a delimiter only; to others the last key says the same.
  if (page.truncated) listing.WriteKey(xml, "NextMarker", page.next_after);
  xml.Number("MaxKeys", listing.limit);
  listing.WriteAsked(xml);
  xml.Flag("IsTruncated", page.truncated);
  for (const object_store::ObjectInfo& object : page.objects) {
    xml.Open("Contents");
    listing.WriteKey(xml, "Key", object.key);
    WriteListedObject(xml, object);
    WriteOwner(xml, "Owner");
    xml.Close();
  }
  listing.WriteCommonPrefixes(xml, page.common_prefixes);
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3

#include "common/checksums/checksum.h"
#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/listing.h"

namespace tarn::extract::s3 {
namespace {

S3Result<std::string> ReadToken(const std::string& token) {
  auto after = checksums::FromBase64(token);
  if (after && !after->empty()) return std::move(*after);
  return S3Error(S3Code::kInvalidArgument, "The continuation token provided is incorrect")
      .With("ArgumentName", "continuation-token");
}

}  // namespace

S3Result<http::Response> ListObjectsV2(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const Listing listing, Listing::Read(request, "max-keys"));
  const std::string start_after = request.Query("start-after").value_or("");
  const auto token = request.Query("continuation-token");
  const bool fetch_owner = request.Query("fetch-owner") == "true";
  std::string after = start_after;
  if (token) {
    TARN_ASSIGN(after, ReadToken(*token));
  }
  TARN_ASSIGN(const object_store::ListPage page, ListPageOf(store, request.bucket, listing, after));
  XmlWriter xml("ListBucketResult");
  xml.Text("Name", request.bucket);
  listing.WriteKey(xml, "Prefix", listing.prefix);
  if (!start_after.empty()) listing.WriteKey(xml, "StartAfter", start_after);
  if (token) xml.Text("ContinuationToken", *token);
  if (page.truncated) xml.Text("NextContinuationToken", checksums::ToBase64(page.next_after));
  xml.Number("KeyCount", static_cast<int64_t>(page.objects.size() + page.common_prefixes.size()));
  xml.Number("MaxKeys", listing.limit);
  listing.WriteAsked(xml);
  xml.Flag("IsTruncated", page.truncated);
  for (const object_store::ObjectInfo& object : page.objects) {
    xml.Open("Contents");
    listing.WriteKey(xml, "Key", object.key);
    WriteListedObject(xml, object);
    if (fetch_owner) WriteOwner(xml, "Owner");
    xml.Close();
  }
  listing.WriteCommonPrefixes(xml, page.common_prefixes);
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3

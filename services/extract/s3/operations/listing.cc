#include "services/extract/s3/operations/listing.h"

#include "services/extract/s3/operations/answers.h"

namespace tarn::extract::s3 {
namespace {

std::string EncodeKey(std::string_view key) {
  std::string encoded;
  for (size_t begin = 0; begin <= key.size();) {
    const size_t end = std::min(key.find('/', begin), key.size());
    if (begin > 0) encoded += '/';
    encoded += http::PercentEncode(key.substr(begin, end - begin));
    begin = end + 1;
  }
  return encoded;
}

}  // namespace

S3Result<Listing> Listing::Read(const S3Request& request, std::string_view limit_name) {
  Listing listing;
  listing.prefix = request.Query("prefix").value_or("");
  listing.delimiter = request.Query("delimiter").value_or("");
  TARN_ASSIGN(listing.limit, QueryNumber(request, limit_name, kMaxPage, 0));
  listing.limit = std::min(listing.limit, kMaxPage);
  if (const auto encoding = request.Query("encoding-type")) {
    if (*encoding != "url") {
      return S3Error(S3Code::kInvalidArgument, "Invalid Encoding Method specified in Request")
          .With("ArgumentName", "encoding-type")
          .With("ArgumentValue", *encoding);
    }
    listing.encode = true;
  }
  return listing;
}

void Listing::WriteKey(XmlWriter& xml, std::string_view element, std::string_view key) const {
  if (encode) {
    xml.Text(element, EncodeKey(key));
  } else {
    xml.Text(element, key);
  }
}

void Listing::WriteCommonPrefixes(XmlWriter& xml, const std::vector<std::string>& prefixes) const {
  for (const std::string& common : prefixes) {
    xml.Open("CommonPrefixes");
    WriteKey(xml, "Prefix", common);
    xml.Close();
  }
}

void Listing::WriteAsked(XmlWriter& xml) const {
  if (!delimiter.empty()) WriteKey(xml, "Delimiter", delimiter);
  if (encode) xml.Text("EncodingType", "url");
}

void WriteListedObject(XmlWriter& xml, const object_store::ObjectInfo& object) {
  xml.Text("LastModified", FormatRfc3339(object.last_modified)).Text("ETag", Quoted(object.etag));
  for (const auto& [algorithm, value] : object.attributes.checksums) {
    std::string name;
    for (const char c : algorithm) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    xml.Text("ChecksumAlgorithm", name);
  }
  if (!object.attributes.checksums.empty())
    xml.Text("ChecksumType", ChecksumType(object.attributes.checksums));
  xml.Number("Size", static_cast<int64_t>(object.size_bytes)).Text("StorageClass", "STANDARD");
}

S3Result<object_store::ListPage> ListPageOf(VersionedStore& store, const std::string& bucket,
                                            const Listing& listing, const std::string& after) {
  if (listing.limit == 0) {
    TARN_TRY(RequireBucket(store, bucket));
    return object_store::ListPage();
  }
  object_store::ListRequest request;
  request.bucket = bucket;
  request.prefix = listing.prefix;
  request.delimiter = listing.delimiter;
  request.after = after;
  request.limit = listing.limit;
  auto page = Translate(store.List(request), S3Code::kNoSuchBucket);
  if (!page.ok()) return std::move(page).error().With("BucketName", bucket);
  return page;
}

}  // namespace tarn::extract::s3

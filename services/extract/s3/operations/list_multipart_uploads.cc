#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/listing.h"

namespace tarn::extract::s3 {
namespace {

struct UploadPage {
  std::vector<object_store::Upload> uploads;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_key, next_id;
};

// The common prefix that the key falls under, empty if it stands for itself.
std::string CommonPrefix(const Listing& listing, const std::string& key) {
  if (listing.delimiter.empty()) return "";
  const size_t found = key.find(listing.delimiter, listing.prefix.size());
  return found == std::string::npos ? "" : key.substr(0, found + listing.delimiter.size());
}

// A bucket has at most 10,000 unfinished uploads, so those behind a common prefix are just passed over.
S3Result<UploadPage> ReadPage(VersionedStore& store, object_store::UploadListRequest request,
                              const Listing& listing) {
  UploadPage page;
  std::string passed_prefix = CommonPrefix(listing, request.after_key);
  if (passed_prefix != request.after_key) passed_prefix.clear();
  const auto count = [&] { return static_cast<int64_t>(page.uploads.size() + page.common_prefixes.size()); };
  for (;;) {
    TARN_ASSIGN(const auto uploads, Translate(store.ListUploads(request), S3Code::kNoSuchBucket));
    for (const object_store::Upload& upload : uploads) {
      request.after_key = upload.key;
      request.after_id = upload.id;
      const std::string common = CommonPrefix(listing, upload.key);
      if (!common.empty() && common == passed_prefix) continue;
      if (count() == listing.limit) {
        page.truncated = listing.limit > 0;
        return page;
      }
      if (common.empty()) {
        page.uploads.push_back(upload);
        page.next_key = upload.key;
        page.next_id = upload.id;
      } else {
        page.common_prefixes.push_back(common);
        page.next_key = passed_prefix = common;
        page.next_id.clear();
      }
    }
    if (static_cast<int64_t>(uploads.size()) < request.limit) return page;
  }
}

void WriteUpload(XmlWriter& xml, const Listing& listing, const object_store::Upload& upload) {
  xml.Open("Upload");
  listing.WriteKey(xml, "Key", upload.key);
  xml.Text("UploadId", upload.id);
  WriteOwner(xml, "Initiator");
  WriteOwner(xml, "Owner");
  xml.Text("StorageClass", "STANDARD").Text("Initiated", FormatRfc3339(upload.initiated_at)).Close();
}

}  // namespace

S3Result<http::Response> ListMultipartUploads(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const Listing listing, Listing::Read(request, "max-uploads"));
  object_store::UploadListRequest asked;
  asked.bucket = request.bucket;
  asked.prefix = listing.prefix;
  asked.after_key = request.Query("key-marker").value_or("");
  if (!asked.after_key.empty()) asked.after_id = request.Query("upload-id-marker").value_or("");
  TARN_TRY(RequireBucket(store, request.bucket));
  TARN_ASSIGN(const UploadPage page, ReadPage(store, asked, listing));
  XmlWriter xml("ListMultipartUploadsResult");
  xml.Text("Bucket", request.bucket);
  listing.WriteKey(xml, "KeyMarker", asked.after_key);
  xml.Text("UploadIdMarker", asked.after_id);
  if (page.truncated) {
    listing.WriteKey(xml, "NextKeyMarker", page.next_key);
    xml.Text("NextUploadIdMarker", page.next_id);
  }
  listing.WriteKey(xml, "Prefix", listing.prefix);
  listing.WriteAsked(xml);
  xml.Number("MaxUploads", listing.limit).Flag("IsTruncated", page.truncated);
  for (const object_store::Upload& upload : page.uploads) WriteUpload(xml, listing, upload);
  listing.WriteCommonPrefixes(xml, page.common_prefixes);
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3

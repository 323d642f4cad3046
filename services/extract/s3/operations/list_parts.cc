#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/upload_lookup.h"

namespace tarn::extract::s3 {
namespace {

constexpr int64_t kMaxParts = 1000;

void WritePart(XmlWriter& xml, const object_store::UploadPart& part) {
  xml.Open("Part").Number("PartNumber", part.number).Text("LastModified", FormatRfc3339(part.last_modified));
  xml.Text("ETag", Quoted(part.etag)).Number("Size", static_cast<int64_t>(part.size_bytes));
  WriteChecksums(xml, part.checksums);
  xml.Close();
}

std::string Upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

}  // namespace

S3Result<http::Response> ListParts(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const int64_t asked, QueryNumber(request, "max-parts", kMaxParts, 0));
  TARN_ASSIGN(const int64_t after, QueryNumber(request, "part-number-marker", 0, 0));
  const int64_t limit = std::min(asked, kMaxParts);
  TARN_ASSIGN(const object_store::Upload upload, FindUpload(store, request));
  auto listed = store.ListParts(upload, static_cast<int>(after), limit + 1);
  if (!listed.ok()) return UploadFailure(store, request, listed.error());
  std::vector<object_store::UploadPart>& parts = *listed;
  const bool truncated = limit > 0 && static_cast<int64_t>(parts.size()) > limit;
  if (static_cast<int64_t>(parts.size()) > limit) parts.resize(static_cast<size_t>(limit));
  XmlWriter xml("ListPartsResult");
  xml.Text("Bucket", request.bucket).Text("Key", request.key).Text("UploadId", upload.id);
  xml.Number("PartNumberMarker", after);
  xml.Number("NextPartNumberMarker", parts.empty() ? 0 : parts.back().number);
  xml.Number("MaxParts", limit).Flag("IsTruncated", truncated);
  if (!upload.checksum_algorithm.empty()) {
    xml.Text("ChecksumAlgorithm", Upper(upload.checksum_algorithm));
    xml.Text("ChecksumType", upload.full_object_checksum ? "FULL_OBJECT" : "COMPOSITE");
  }
  for (const object_store::UploadPart& part : parts) WritePart(xml, part);
  WriteOwner(xml, "Initiator");
  WriteOwner(xml, "Owner");
  xml.Text("StorageClass", "STANDARD");
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3

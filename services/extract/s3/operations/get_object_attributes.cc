#include <algorithm>
#include <charconv>
#include <set>

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {
namespace {

constexpr std::string_view kAttributes[] = {"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"};
constexpr size_t kMaxParts = 1000;

// The header may stand there several times, and each may be a list.
S3Result<std::set<std::string>> ReadWanted(const S3Request& request) {
  std::set<std::string> wanted;
  for (const auto& [name, value] : request.http.headers) {
    if (!http::EqualsIgnoringCase(name, "x-amz-object-attributes")) continue;
    for (size_t begin = 0; begin <= value.size();) {
      const size_t end = std::min(value.find(',', begin), value.size());
      std::string item = value.substr(begin, end - begin);
      item.erase(0, item.find_first_not_of(' '));
      item.erase(item.find_last_not_of(' ') + 1);
      if (std::find(std::begin(kAttributes), std::end(kAttributes), item) == std::end(kAttributes)) {
        return S3Error(S3Code::kInvalidArgument, "Invalid attribute name specified.")
            .With("ArgumentName", "x-amz-object-attributes")
            .With("ArgumentValue", item);
      }
      wanted.insert(item);
      begin = end + 1;
    }
  }
  if (!wanted.empty()) return wanted;
  return S3Error(S3Code::kInvalidRequest,
                 "The x-amz-object-attributes header specifying the attributes to be retrieved "
                 "is either missing or empty");
}

void WriteParts(XmlWriter& xml, const std::vector<object_store::ObjectPart>& parts, size_t after,
                size_t limit) {
  const size_t end = std::min(parts.size(), after + limit);
  xml.Open("ObjectParts").Number("PartsCount", static_cast<int64_t>(parts.size()));
  xml.Number("PartNumberMarker", static_cast<int64_t>(after))
      .Number("NextPartNumberMarker", static_cast<int64_t>(end));
  xml.Number("MaxParts", static_cast<int64_t>(limit)).Flag("IsTruncated", end < parts.size());
  for (size_t i = after; i < end; ++i) {
    xml.Open("Part").Number("PartNumber", static_cast<int64_t>(i + 1));
    xml.Number("Size", static_cast<int64_t>(parts[i].size_bytes));
    WriteChecksums(xml, parts[i].checksums);
    xml.Close();
  }
  xml.Close();
}

S3Result<size_t> HeaderNumber(const S3Request& request, std::string_view name, size_t fallback) {
  const auto text = request.Header(name);
  if (!text) return fallback;
  size_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size() && number <= 10'000) return number;
  return S3Error(S3Code::kInvalidArgument, "The header must be a number of at most 10000")
      .With("ArgumentName", std::string(name));
}

}  // namespace

S3Result<http::Response> GetObjectAttributes(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  TARN_ASSIGN(const std::set<std::string> wanted, ReadWanted(request));
  TARN_ASSIGN(const size_t limit, HeaderNumber(request, "x-amz-max-parts", kMaxParts));
  TARN_ASSIGN(const size_t after, HeaderNumber(request, "x-amz-part-number-marker", 0));
  const auto object = store.HeadVersion(request.bucket, request.key, version);
  if (!object.ok()) return ReadFailure(store, request.bucket, request.key, version, object.error());
  const auto& attributes = object->attributes;
  XmlWriter xml("GetObjectAttributesResponse");
  if (wanted.contains("ETag")) xml.Text("ETag", object->etag);
  if (wanted.contains("Checksum") && !attributes.checksums.empty()) {
    xml.Open("Checksum");
    WriteChecksums(xml, attributes.checksums);
    xml.Text("ChecksumType", ChecksumType(attributes.checksums)).Close();
  }
  if (wanted.contains("ObjectParts") && !attributes.parts.empty())
    WriteParts(xml, attributes.parts, std::min(after, attributes.parts.size()), std::min(limit, kMaxParts));
  if (wanted.contains("StorageClass")) xml.Text("StorageClass", "STANDARD");
  if (wanted.contains("ObjectSize")) xml.Number("ObjectSize", static_cast<int64_t>(object->size_bytes));
  http::Response response = XmlResponse(std::move(xml).Finish());
  response.headers.Add("Last-Modified", FormatHttpDate(object->last_modified));
  AddVersionHeader(response, *object);
  return response;
}

}  // namespace tarn::extract::s3

#include "services/extract/s3/operations/answers.h"

#include <charconv>
#include <utility>

#include "common/object_store/names.h"
#include "services/extract/s3/wire/payload.h"

namespace tarn::extract::s3 {
namespace {

constexpr std::pair<std::string_view, std::string_view> kChecksumElements[] = {
    {"crc32", "ChecksumCRC32"}, {"crc32c", "ChecksumCRC32C"}, {"crc64nvme", "ChecksumCRC64NVME"},
    {"sha1", "ChecksumSHA1"},   {"sha256", "ChecksumSHA256"},
};

}  // namespace

http::Response XmlResponse(std::string document) {
  return http::Response::Text(200, std::move(document), "application/xml");
}

http::Response EmptyResponse(int status) {
  http::Response response;
  response.status = status;
  return response;
}

std::string_view OwnerId() {
  return "7461726e00000000000000000000000000000000000000000000000000000000";  // clients expect 64 digits;
                                                                              // "tarn"
}

void WriteOwner(XmlWriter& xml, std::string_view element) {
  xml.Open(element).Text("ID", OwnerId()).Text("DisplayName", "tarn").Close();
}

void WriteChecksums(XmlWriter& xml, const std::map<std::string, std::string>& checksums) {
  for (const auto& [algorithm, element] : kChecksumElements) {
    const auto found = checksums.find(std::string(algorithm));
    if (found != checksums.end()) xml.Text(element, found->second);
  }
}

// Base64 has no '-'.
std::string_view ChecksumType(const std::map<std::string, std::string>& checksums) {
  if (checksums.empty()) return "";
  return checksums.begin()->second.find('-') == std::string::npos ? "FULL_OBJECT" : "COMPOSITE";
}

void AddChecksumHeaders(http::Response& response, const std::map<std::string, std::string>& checksums) {
  for (const auto& [algorithm, value] : checksums) response.headers.Add("x-amz-checksum-" + algorithm, value);
  if (!checksums.empty()) response.headers.Add("x-amz-checksum-type", std::string(ChecksumType(checksums)));
}

std::string Quoted(std::string_view etag) { return '"' + std::string(etag) + '"'; }

const std::string& ShownVersion(const object_store::ObjectInfo& object) {
  static const std::string null_version = "null";
  return object.null_version ? null_version : object.version;
}

void AddVersionHeader(http::Response& response, const object_store::ObjectInfo& object) {
  if (!object.null_version) response.headers.Add("x-amz-version-id", object.version);
}

S3Result<object_store::VersionId> VersionIdOf(const S3Request& request) {
  const auto version = request.Query("versionId");
  if (!version) return object_store::VersionId();
  if (!version->empty()) return *version;
  return S3Error(S3Code::kInvalidArgument, "Version id cannot be the empty string")
      .With("ArgumentName", "versionId");
}

S3Result<object_store::BucketInfo> RequireBucket(VersionedStore& store, const std::string& bucket) {
  auto found = Translate(store.DescribeBucket(bucket), S3Code::kNoSuchBucket);
  if (!found.ok() && found.error().code == S3Code::kNoSuchBucket) {
    return std::move(found).error().With("BucketName", bucket);
  }
  return found;
}

S3Status CheckStorableKey(const std::string& key) {
  if (key.size() > 1024) {
    return S3Error(S3Code::kKeyTooLongError)
        .With("Size", std::to_string(key.size()))
        .With("MaxSizeAllowed", "1024");
  }
  const Status status = object_store::CheckKey(key);
  if (status.ok()) return {};
  return S3Error(S3Code::kInvalidArgument, status.error().message()).With("ArgumentName", "Key");
}

S3Error ReadFailure(VersionedStore& store, const std::string& bucket, const std::string& key,
                    const object_store::VersionId& version, const Error& error) {
  if (error.code() == Code::kMethodNotAllowed) {
    return S3Error(S3Code::kMethodNotAllowed)
        .With("Method", "GET")
        .With("ResourceType", "DeleteMarker")
        .WithHeader("x-amz-delete-marker", "true")
        .WithHeader("x-amz-version-id", version)
        .WithHeader("Allow", "DELETE");
  }
  // A key that cannot be stored is not there: clients ask for "folder/" to see whether it is a folder.
  const bool missing = error.code() == Code::kNotFound || error.code() == Code::kInvalidArgument;
  if (!missing) return ToS3Error(error);
  if (auto found = RequireBucket(store, bucket); !found.ok()) return std::move(found).error();
  if (!version.empty()) {
    return S3Error(S3Code::kNoSuchVersion).With("Key", key).With("VersionId", version);
  }
  S3Error answer = S3Error(S3Code::kNoSuchKey).With("Key", key);
  const auto latest = store.LatestVersion(bucket, key);
  if (!latest.ok() || !*latest || !(*latest)->delete_marker) return answer;
  return std::move(answer)
      .WithHeader("x-amz-delete-marker", "true")
      .WithHeader("x-amz-version-id", ShownVersion(**latest));
}

S3Result<std::string> ReadDocument(S3Request& request, uint64_t max_bytes) {
  TARN_ASSIGN(auto payload, Payload::Open(request));
  TARN_ASSIGN(std::string document, payload->ReadAll(max_bytes));
  if (document.empty()) return S3Error(S3Code::kMissingRequestBodyError);
  return document;
}

S3Result<int64_t> QueryNumber(const S3Request& request, std::string_view name, int64_t fallback, int64_t min,
                              int64_t max) {
  const auto text = request.Query(name);
  if (!text || text->empty()) return fallback;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size() && number >= min && number <= max)
    return number;
  return S3Error(S3Code::kInvalidArgument, "Argument " + std::string(name) + " must be an integer between " +
                                               std::to_string(min) + " and " + std::to_string(max))
      .With("ArgumentName", std::string(name))
      .With("ArgumentValue", *text);
}

}  // namespace tarn::extract::s3

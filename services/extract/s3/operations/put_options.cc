#include "services/extract/s3/operations/put_options.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "common/text/utf8.h"
#include "services/extract/s3/configuration/tag_set.h"
#include "services/extract/s3/wire/payload.h"

namespace tarn::extract::s3 {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kMetadataPrefix = "x-amz-meta-";
constexpr size_t kMaxMetadataBytes = 2048;

// Kept with the object and returned as they were given; Content-Encoding is a case of its own.
constexpr std::string_view kKeptHeaders[] = {"cache-control", "content-disposition", "content-language",
                                             "expires"};

constexpr std::string_view kUnsupported[] = {
    "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-algorithm", "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold", "x-amz-website-redirect-location",
    "x-amz-write-offset-bytes", "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp",
    "x-amz-grant-write", "x-amz-grant-write-acp", "x-amz-mfa",
};

constexpr std::string_view kCannedAcls[] = {
    "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read",
    "bucket-owner-full-control", "log-delivery-write",
};

constexpr std::string_view kStorageClasses[] = {
    "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER",
    "DEEP_ARCHIVE", "GLACIER_IR", "EXPRESS_ONEZONE",
};

template <size_t n>
bool IsOneOf(std::string_view value, const std::string_view (&known)[n]) {
  return std::find(std::begin(known), std::end(known), value) != std::end(known);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

// Every parameter of a presigned request is signed: metadata among them counts as a header, unless there is one.
Fields MetadataFields(const S3Request& request) {
  Fields fields;
  std::set<std::string> given;
  for (const auto& [name, value] : request.http.headers) {
    std::string lower = Lower(name);
    if (!lower.starts_with(kMetadataPrefix)) continue;
    given.insert(lower);
    fields.emplace_back(std::move(lower), value);
  }
  if (request.principal().key_id.empty() || !request.HasQuery("X-Amz-Signature")) return fields;
  for (const auto& [name, value] : request.http.query_parameters) {
    std::string lower = Lower(name);
    if (lower.starts_with(kMetadataPrefix) && !given.contains(lower)) fields.emplace_back(std::move(lower), value);
  }
  return fields;
}

// A token, as RFC 9110 section 5.1 has it.
bool IsFieldName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return letter_or_digit || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// What a header may hold.
bool IsFieldValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

S3Result<std::map<std::string, std::string>> ReadMetadata(const S3Request& request) {
  std::map<std::string, std::string> metadata;
  size_t size = 0;
  for (const auto& [lower, value] : MetadataFields(request)) {
    const std::string key = lower.substr(kMetadataPrefix.size());
    if (key.empty()) continue;
    if (!IsFieldName(key) || !IsFieldValue(value) || !text::IsUtf8(value)) {
      return S3Error(S3Code::kInvalidArgument, "User metadata must be UTF-8 that a header may hold")
          .With("ArgumentName", lower);
    }
    auto& place = metadata[key];
    place += (place.empty() ? "" : ",") + value;  // as S3 joins repeated fields
    size += key.size() + value.size();
  }
  if (size <= kMaxMetadataBytes) return metadata;
  return S3Error(S3Code::kMetadataTooLarge)
      .With("Size", std::to_string(size))
      .With("MaxSizeAllowed", std::to_string(kMaxMetadataBytes));
}

// Headers that are kept go through texts that are UTF-8; a change in silence would be worse than a refusal.
S3Status CheckKeptHeaders(const http::Headers& headers) {
  const auto check = [&](std::string_view name) -> S3Status {
    const auto value = headers.Find(name);
    if (!value || text::IsUtf8(*value)) return {};
    return S3Error(S3Code::kInvalidArgument, "A header that is kept with an object must be UTF-8")
        .With("ArgumentName", std::string(name));
  };
  for (const std::string_view name : kKeptHeaders) TARN_TRY(check(name));
  TARN_TRY(check("content-type"));
  return check("content-encoding");
}

}  // namespace

S3Result<object_store::PutOptions> ReadContentOptions(const S3Request& request) {
  const http::Headers& headers = request.http.headers;
  TARN_TRY(CheckKeptHeaders(headers));
  object_store::PutOptions options;
  options.content_type = "binary/octet-stream";
  if (const auto type = headers.Find("Content-Type"); type && !type->empty()) options.content_type = *type;
  TARN_ASSIGN(options.metadata, ReadMetadata(request));
  for (const std::string_view name : kKeptHeaders) {
    if (const auto value = headers.Find(name)) options.attributes.headers[std::string(name)] = *value;
  }
  if (std::string encoding = StoredContentEncoding(headers); !encoding.empty())
    options.attributes.headers["content-encoding"] = std::move(encoding);
  if (const auto storage_class = headers.Find("x-amz-storage-class");
      storage_class && !IsOneOf(*storage_class, kStorageClasses)) {
    return S3Error(S3Code::kInvalidStorageClass).With("StorageClassRequested", std::string(*storage_class));
  }
  return options;
}

S3Result<std::map<std::string, std::string>> ReadTaggingHeader(const S3Request& request) {
  return ParseTaggingHeader(request.Header("x-amz-tagging").value_or(""));
}

S3Status RefuseUnsupportedHeaders(const S3Request& request) {
  for (const std::string_view name : kUnsupported) {
    if (!request.Header(name)) continue;
    return S3Error(S3Code::kNotImplemented,
                   "A header you provided implies functionality that is not implemented")
        .With("Header", std::string(name));
  }
  // One owner has everything, whatever a canned ACL says; but a misspelt one is a mistake.
  const auto acl = request.Header("x-amz-acl");
  if (!acl || IsOneOf(*acl, kCannedAcls)) return {};
  return S3Error(S3Code::kInvalidArgument)
      .With("ArgumentName", "x-amz-acl")
      .With("ArgumentValue", std::string(*acl));
}

}  // namespace tarn::extract::s3

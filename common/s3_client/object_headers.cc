#include "common/s3_client/object_headers.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "common/checksums/checksum.h"
#include "common/s3_client/digest.h"
#include "common/s3_client/endpoint.h"

namespace tarn::s3_client {
namespace {

constexpr std::string_view kMetadata = "x-amz-meta-";
constexpr const char* kKeptHeaders[] = {"cache-control", "content-disposition", "content-encoding", "content-language",
                                        "expires"};

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// S3's metadata is ASCII; other text goes as RFC 2047 says, as S3 itself returns it.
std::string EncodeValue(const std::string& value) {
  return IsPrintableAscii(value) ? value : "=?UTF-8?B?" + checksums::ToBase64(value) + "?=";
}

std::string DecodeValue(std::string_view value) {
  constexpr std::string_view kStart = "=?UTF-8?B?";
  if (value.size() < kStart.size() + 2 || value.substr(0, kStart.size()) != kStart || !value.ends_with("?=")) {
    return std::string(value);
  }
  const auto decoded = checksums::FromBase64(value.substr(kStart.size(), value.size() - kStart.size() - 2));
  return decoded.value_or(std::string(value));
}

uint64_t ToNumber(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "bytes 0-9/100" is of a range; Content-Length counts the range only.
uint64_t WholeSize(const http_client::Response& response) {
  if (const auto range = response.Header("content-range")) {
    const size_t slash = range->find('/');
    if (slash != std::string_view::npos) return ToNumber(range->substr(slash + 1));
  }
  return ToNumber(response.Header("content-length").value_or("0"));
}

}  // namespace

HeaderFields ToHeaders(const PutOptions& options) {
  HeaderFields fields{{"Content-Type", options.content_type}};
  for (const auto& [name, value] : options.headers) fields.emplace_back(name, value);
  for (const auto& [name, value] : options.metadata) {
    fields.emplace_back(std::string(kMetadata) + name, EncodeValue(value));
  }
  std::string tags;
  for (const auto& [name, value] : options.tags) {
    tags += (tags.empty() ? "" : "&") + UriEncode(name) + "=" + UriEncode(value);
  }
  if (!tags.empty()) fields.emplace_back("x-amz-tagging", tags);
  return fields;
}

ObjectHead ReadHead(const std::string& key, const http_client::Response& response) {
  ObjectHead head;
  head.key = key;
  head.size_bytes = WholeSize(response);
  head.etag = Unquote(response.Header("etag").value_or(""));
  head.content_type = response.Header("content-type").value_or("");
  head.version_id = response.Header("x-amz-version-id").value_or("");
  if (const auto time = response.Header("last-modified")) {
    if (const auto parsed = ParseHttpDate(*time); parsed.ok()) head.last_modified = *parsed;
  }
  head.encrypted = response.Header("x-amz-server-side-encryption-aws-kms-key-id") ||
                   response.Header("x-amz-server-side-encryption-customer-algorithm");
  for (const char* name : kKeptHeaders) {
    if (const auto value = response.Header(name)) head.headers[name] = *value;
  }
  for (const auto& [field, value] : response.headers) {
    const std::string name = LowerCase(field);
    if (name.starts_with(kMetadata)) head.metadata[name.substr(kMetadata.size())] = DecodeValue(value);
  }
  return head;
}

std::string Unquote(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

bool IsMd5(std::string_view etag) { return etag.size() == 32 && !FromHex(etag).empty(); }

}  // namespace tarn::s3_client

#include "services/extract/sources/files/http_download.h"

#include <charconv>

#include "common/text/utf8.h"
#include "common/time/time.h"
#include "services/extract/sources/files/place.h"

namespace tarn::extract::files {
namespace {

using http_client::Request;
using http_client::Response;

constexpr size_t kMaxValidatorBytes = 1'000;

int64_t Number(std::string_view text) {
  int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : -1;
}

std::string Field(const Response& response, const char* name) {
  const auto value = response.Header(name);
  return value && value->size() <= kMaxValidatorBytes && text::IsUtf8(*value) ? std::string(*value)
                                                                                      : "";
}

/// What If-Range may carry: a strong ETag, or a date that is strong because a second has passed since (RFC
/// 9110 section 8.8.2.2).
std::string RangeValidator(const Response& response, const FileVersion& version) {
  if (!version.etag.empty()) return version.etag.starts_with('"') ? version.etag : "";
  const auto modified = ParseHttpDate(version.modified), date = ParseHttpDate(Field(response, "date"));
  const bool strong = modified.ok() && date.ok() && *date - *modified >= std::chrono::seconds(1);
  return strong ? version.modified : "";
}

/// "bytes 10-99/100".
struct ContentRange {
  int64_t first = -1;
  int64_t total = -1;  // "*": not known
};

ContentRange ReadContentRange(std::string_view text) {
  ContentRange range;
  const size_t dash = text.find('-'), slash = text.find('/');
  if (!text.starts_with("bytes ") || dash == std::string_view::npos || slash == std::string_view::npos)
    return range;
  range.first = Number(text.substr(6, dash - 6));
  range.total = Number(text.substr(slash + 1));
  return range;
}

}  // namespace

FileVersion VersionOf(const Response& response) {
  FileVersion version;
  version.size_bytes = Number(Field(response, "content-length"));
  version.modified = Field(response, "last-modified");
  version.etag = Field(response, "etag");
  return version;
}

Status HttpDownload::Begin(Request& request) {
  unchanged_ = false;
  request.max_response_bytes = max_bytes_ + 1;  // so that OnData is the one to refuse
  if (into_.origin() && !into_.origin()->validator.empty() && into_.size_bytes() > 0) {
    request.headers.emplace_back("Range", "bytes=" + std::to_string(into_.size_bytes()) + "-");
    request.headers.emplace_back("If-Range", into_.origin()->validator);
  } else if (before_) {
    if (!before_->etag.empty()) request.headers.emplace_back("If-None-Match", before_->etag);
    if (!before_->modified.empty()) request.headers.emplace_back("If-Modified-Since", before_->modified);
  }
  return Ok();
}

Result<bool> HttpDownload::OnHeader(const Response& response) {
  if (response.status == 206) return TakePart(response);
  if (response.status == 200 || response.status == 203) return TakeWhole(response);
  return Error(Code::kUnprocessable,
               "the server answered without content: HTTP status " + std::to_string(response.status));
}

Result<bool> HttpDownload::TakeWhole(const Response& response) {
  FileVersion version = VersionOf(response);
  if (before_ && SameBySource(*before_, version)) {
    unchanged_ = true;
    return false;
  }
  if (version.size_bytes > 0 && static_cast<uint64_t>(version.size_bytes) > max_bytes_)
    return TooLarge(max_bytes_);
  const std::string validator = RangeValidator(response, version);
  TARN_TRY(into_.Start({std::move(version), validator, DigestOf(response)}));
  return true;
}

Result<bool> HttpDownload::TakePart(const Response& response) {
  const ContentRange range = ReadContentRange(response.Header("content-range").value_or(""));
  const PartialOrigin* origin = into_.origin();
  const bool fits =
      origin && range.first == static_cast<int64_t>(into_.size_bytes()) &&
      (range.total < 0 || origin->version.size_bytes < 0 || range.total == origin->version.size_bytes);
  // A server that takes no notice of If-Range sends a part of another content.
  const std::string etag = Field(response, "etag");
  const bool same = origin && (etag.empty() || origin->version.etag.empty() || etag == origin->version.etag);
  if (!fits || !same) {
    into_.Discard();
    return Error(Code::kUnavailable, "the server sent another part than it was asked for");
  }
  TARN_TRY(into_.Resume());
  return true;
}

Status HttpDownload::OnData(std::string_view data) {
  if (into_.size_bytes() + data.size() > max_bytes_) return TooLarge(max_bytes_);
  return into_.Append(data);
}

}  // namespace tarn::extract::files

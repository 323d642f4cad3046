#include "services/extract/sources/files/url_place.h"

#include <algorithm>
#include <unordered_set>

#include "common/checksums/checksum.h"
#include "common/http_client/url.h"
#include "common/ids/ulid.h"
#include "services/extract/sources/client/body_sink.h"
#include "services/extract/sources/client/web_page.h"
#include "services/extract/sources/files/head_download.h"
#include "services/extract/sources/files/http_download.h"
#include "services/extract/sources/files/ledger.h"
#include "services/extract/sources/files/url.h"

namespace tarn::extract::files {
namespace {

using http_client::Request;
using http_client::Response;

constexpr uint64_t kMaxIndexBytes = 64 << 20;
constexpr size_t kMaxUrlBytes = 8'192;
constexpr std::chrono::seconds kStallTimeout(30);
constexpr int kMaxRounds = 100;  // of tries, each of which brought a file forward
constexpr size_t kIdBytes = 16;

Error AnswerError(int status) {
  const std::string answered = "the server answered HTTP status " + std::to_string(status);
  switch (status) {
    case 401:
      return Error(Code::kUnauthenticated, answered + "; check the headers");
    case 403:
      return Error(Code::kPermissionDenied, answered);
    case 404:
    case 410:
      return Error(Code::kNotFound, "there is no such file: HTTP status " + std::to_string(status));
    default:
      return Error(status == 429 || status >= 500 ? Code::kUnavailable : Code::kUnprocessable, answered);
  }
}

bool MayPass(const Error& error) {
  return error.code() == Code::kUnavailable || error.code() == Code::kDeadlineExceeded;
}

ListedFile ToFile(const std::string& url) {
  // URLs may hold signatures, so that the cursor knows them by their hash.
  const std::string hash = checksums::Compute(checksums::Algorithm::kSha256, url).substr(0, kIdBytes);
  return {.id = ToHex(hash),
          .address = url,
          .path = LastSegment(url),
          .where = http_client::DisplayUrl(url),
          .request = "GET " + WithoutSecrets(url)};
}

}  // namespace

Result<std::vector<std::string>> ParseIndex(std::string_view body, const std::string& index_url) {
  if (LooksLikeHtml(body))
    return Error(Code::kUnprocessable, "expected one URL on each line, got a web page (HTML)");
  std::vector<std::string> urls;
  std::unordered_set<std::string> seen;
  int64_t number = 0;
  for (size_t start = 0; start < body.size();) {
    const size_t end = std::min(body.find('\n', start), body.size());
    std::string_view line = body.substr(start, end - start);
    start = end + 1;
    ++number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const auto resolved = http_client::ResolveUrl(index_url, std::string(line));
    if (line.size() > kMaxUrlBytes || !resolved.ok() || Origin(*resolved).empty()) {
      return Error(Code::kUnprocessable,
                   "line " + std::to_string(number) + " of the index is not an http or https URL");
    }
    std::string url = resolved->substr(0, resolved->find('#'));
    if (seen.insert(url).second) urls.push_back(std::move(url));
    if (urls.size() > kMaxFiles) return Error(Code::kTooLarge, "the index lists more than 200,000 files");
  }
  return urls;
}

Result<Listing> UrlPlace::List() {
  Listing listing;
  std::unordered_set<std::string> seen;
  const auto add = [&](const std::string& url) {
    if (seen.insert(url).second) listing.files.push_back(ToFile(url));
  };
  for (const std::string& url : options_.urls) add(url);
  if (!options_.index_url.empty()) {
    TARN_ASSIGN(const auto urls, ReadIndex());
    for (const std::string& url : urls) add(url);
    listing.says_what_is_gone = true;
  }
  if (listing.files.size() > kMaxFiles)
    return Error(Code::kTooLarge, "the source has more than 200,000 files");
  return listing;
}

Result<std::vector<std::string>> UrlPlace::ReadIndex() {
  const std::string where = http_client::DisplayUrl(options_.index_url);
  Request request = MakeRequest(options_.index_url);
  request.max_response_bytes = kMaxIndexBytes;
  auto response = context_.client.Send(std::move(request));
  if (!response.ok()) return Error(response.error().code(), response.error().message()).At(where);
  if (response->status != 200) {
    const Error error = AnswerError(response->status);
    return Error(error.code(), "the index cannot be read: " + error.message()).At(where);
  }
  auto urls = ParseIndex(response->body, options_.index_url);
  if (!urls.ok()) return Error(urls.error().code(), urls.error().message()).At(where);
  return urls;
}

bool UrlPlace::IsOwnOrigin(const std::string& url) const {
  const std::string origin = Origin(url);
  if (!options_.index_url.empty() && origin == Origin(options_.index_url)) return true;
  return std::any_of(options_.urls.begin(), options_.urls.end(),
                     [&](const auto& own) { return Origin(own) == origin; });
}

Request UrlPlace::MakeRequest(const std::string& url) const {
  Request request;
  request.url = url;
  request.timeout = std::chrono::milliseconds(0);  // sizes differ; a stall is what matters
  request.stall_timeout = kStallTimeout;
  // Only the plain content has the length, the ranges and the checksums that are announced.
  request.headers.emplace_back("Accept-Encoding", "identity");
  if (IsOwnOrigin(url)) {
    request.headers.insert(request.headers.end(), options_.headers.begin(), options_.headers.end());
    for (const auto& [name, value] : options_.headers) request.secret_headers.push_back(name);
  } else {
    request.address_policy = http_client::AddressPolicy::kNoPrivate;
  }
  return request;
}

Result<Fetched> UrlPlace::Fetch(const ListedFile& file, const FileVersion* before, PartialFile& into) {
  const FileVersion* known = options_.compare == Compare::kVersion ? before : nullptr;
  HttpDownload download(into, known, options_.max_file_bytes);
  for (int tries = 0; !into.complete(); ++tries) {
    TARN_ASSIGN(const Response response, Download(file, download, into));
    if (known && (response.status == 304 || download.unchanged()))
      return Fetched{Fetched::State::kUnchanged, *known};
    // All that is there was asked for to go on with, and the server has no more or something else.
    if (response.status == 416 && tries == 0) {
      into.Discard();
      continue;
    }
    if (response.status < 200 || response.status >= 300) return AnswerError(response.status);
    const int64_t size = into.origin()->version.size_bytes;
    if (size >= 0 && static_cast<uint64_t>(size) != into.size_bytes()) {
      into.Discard();
      return Error(Code::kUnavailable, "the server sent another number of bytes than it announced");
    }
    TARN_TRY(into.Complete());
  }
  TARN_TRY(VerifyDigest(into, context_.cancelled));
  FileVersion version = into.origin()->version;
  version.size_bytes = static_cast<int64_t>(into.size_bytes());
  return Fetched{Fetched::State::kComplete, version};
}

Result<FileVersion> UrlPlace::FetchHead(const ListedFile& file, uint64_t max_bytes, PartialFile& into) {
  HeadDownload download(into, max_bytes, options_.max_file_bytes);
  const auto response = context_.client.Fetch(MakeRequest(file.address), download);
  // Breaking off when there is enough of it is an error of the exchange.
  if (!response.ok() && !download.has_enough()) return response.error();
  if (response.ok() && (response->status < 200 || response->status >= 300))
    return AnswerError(response->status);
  TARN_TRY(into.Complete());
  return into.origin()->version;
}

Result<Response> UrlPlace::Download(const ListedFile& file, BodySink& sink, const PartialFile& into) {
  for (int round = 1;; ++round) {
    const uint64_t size_before = into.size_bytes();
    auto response = context_.client.Fetch(MakeRequest(file.address), sink);
    if (!response.ok() && response.error().code() == Code::kTooLarge)
      return TooLarge(options_.max_file_bytes);
    if (response.ok() || !MayPass(response.error())) return response;
    // The policy's tries are meant for one answer. A long file over a bad line may take more, if each helps.
    const bool helped = into.size_bytes() > size_before && round < kMaxRounds;
    if (!helped || context_.client.ResumeAfter()) return response;
  }
}

}  // namespace tarn::extract::files

#include "common/s3_client/client.h"

#include <algorithm>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/s3_client/answer_xml.h"
#include "common/s3_client/body.h"
#include "common/s3_client/digest.h"
#include "common/s3_client/failure.h"
#include "common/s3_client/multipart_upload.h"
#include "common/s3_client/object_headers.h"
#include "common/s3_client/signer.h"
#include "common/time/wait.h"

namespace tarn::s3_client {
namespace {

using http_client::Request;
using http_client::Response;

constexpr uint64_t kMaxAnswerBytes = 16 << 20;
constexpr size_t kReadBytes = 64 * 1024;

// CopyObject and CompleteMultipartUpload answer 200 before they know whether they succeed.
bool IsLateRefusal(const Response& response) {
  if (response.status != 200 || response.body.find("<Error") == std::string::npos) return false;
  const auto answer = ParseAnswer(response.body);
  return answer.ok() && answer->name == "Error";
}

bool IsPlainRegion(const std::string& region) {
  return !region.empty() && region.size() <= 64 && std::all_of(region.begin(), region.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_';
  });
}

struct Digests {
  std::string md5;     // raw
  std::string sha256;  // hexadecimal
};

Result<Digests> Hash(http_client::BodySource& body) {
  TARN_TRY(body.Rewind());
  const auto md5 = checksums::Checksum::Make(checksums::Algorithm::kMd5);
  const auto sha256 = checksums::Checksum::Make(checksums::Algorithm::kSha256);
  std::string buffer(kReadBytes, '\0');
  for (;;) {
    TARN_ASSIGN(const size_t count, body.Read(buffer.data(), buffer.size()));
    if (count == 0) return Digests{md5->Finish(), ToHex(sha256->Finish())};
    md5->Update(std::string_view(buffer.data(), count));
    sha256->Update(std::string_view(buffer.data(), count));
  }
}

}  // namespace

Result<std::unique_ptr<Client>> Client::Make(Options options, http_client::HttpClient& http) {
  if (!IsPlainRegion(options.region)) return Error(Code::kInvalidArgument, "not the name of a region: " + options.region);
  TARN_ASSIGN(Endpoint endpoint, Endpoint::Make(options.endpoint, options.bucket, options.path_style));
  options.part_bytes = std::max<uint64_t>(options.part_bytes, 5 << 20);  // S3's least
  return std::unique_ptr<Client>(new Client(std::move(options), std::move(endpoint), http));
}

std::string Client::Doing(const Call& call) const {
  return call.operation + " " + options_.bucket + (call.key.empty() ? "" : "/" + call.key) + " at " + options_.endpoint;
}

Request Client::Prepare(const Call& call) const {
  const Endpoint::Target target = endpoint_.ForKey(call.key, call.query);
  Request request;
  request.method = call.method;
  request.url = target.Url();
  request.path_as_is = true;
  request.headers = call.headers;
  request.body = call.body;
  request.body_source = call.source;
  request.timeout = std::chrono::milliseconds(0);  // sizes differ; a stall is what matters
  request.stall_timeout = options_.stall_timeout;
  request.max_response_bytes = kMaxAnswerBytes;
  request.cancelled = options_.cancelled;
  const std::string hash = call.payload_hash.empty() ? ToHex(Sha256(call.body)) : call.payload_hash;
  Sign(request, target, options_.credentials, options_.region, hash, Now());
  return request;
}

template <class Success>
Result<Success> Client::Repeat(const Call& call, int* tries,
                               const std::function<Result<Success>(const Request&, bool)>& attempt,
                               const std::function<const Response&(const Success&)>& response_of) {
  for (int number = 1;; ++number) {
    if (tries) *tries = number;
    auto result = attempt(Prepare(call), number > 1);  // signed anew: a signature is good for 15 minutes
    auto delay = http_client::Backoff(options_.retry, number);
    std::optional<Error> error;
    if (result.ok()) {
      const Response& response = response_of(*result);
      const bool success = response.status >= 200 && response.status < 300 && !IsLateRefusal(response);
      if (success) return result;
      const Refusal refusal = ReadRefusal(response);
      error = ToError(refusal, Doing(call));
      const auto asked = http_client::RetryAfter(response);
      if (!refusal.WorthRepeating() || (asked && *asked > options_.retry.max_retry_after)) return *error;
      if (asked) delay = std::max(delay, *asked);
    } else {
      error = result.error();
      if (error->code() != Code::kUnavailable && error->code() != Code::kDeadlineExceeded) return *error;
    }
    if (number >= options_.retry.max_attempts) return *error;
    if (!Wait(delay, options_.cancelled)) return Error(Code::kCancelled, Doing(call) + " was cancelled");
  }
}

Result<Response> Client::Perform(const Call& call, int* tries) {
  return Repeat<Response>(
      call, tries,
      [&](const Request& request, bool repeated) {
        return options_.transport.send ? options_.transport.send(request, repeated) : http_.Send(request);
      },
      [](const Response& response) -> const Response& { return response; });
}

Result<std::unique_ptr<http_client::ResponseStream>> Client::Open(const Call& call) {
  using Stream = std::unique_ptr<http_client::ResponseStream>;
  return Repeat<Stream>(
      call, nullptr,
      [&](Request request, bool repeated) {
        request.max_response_bytes = UINT64_MAX;
        return options_.transport.open ? options_.transport.open(std::move(request), repeated)
                                       : http_.Open(std::move(request));
      },
      [](const Stream& stream) -> const Response& { return stream->response(); });
}

Status Client::CreateBucket() {
  Call call{"CreateBucket", "PUT", "", {}, {}, "", nullptr, ""};
  if (options_.region != "us-east-1") {
    call.body = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>" +
                XmlEscape(options_.region) + "</LocationConstraint></CreateBucketConfiguration>";
  }
  const auto response = Perform(call);
  if (response.ok() || response.error().where() == "BucketAlreadyOwnedByYou") return Ok();
  return response.error();
}

Status Client::HeadBucket() {
  TARN_TRY(Perform({"HeadBucket", "HEAD", "", {}, {}, "", nullptr, ""}));
  return Ok();
}

Result<PutResult> Client::PutObject(const std::string& key, std::string_view content, const PutOptions& options) {
  MemoryBody body(content);
  return PutObject(key, body, options);
}

Result<PutResult> Client::PutObject(const std::string& key, http_client::BodySource& body, const PutOptions& options) {
  if (body.size_bytes() <= options_.multipart_over_bytes) return PutWhole(key, body, options);
  return MultipartUpload(*this, key, options).Put(body);
}

Result<PutResult> Client::PutWhole(const std::string& key, http_client::BodySource& body, const PutOptions& options) {
  // Every header is signed, so a known MD5 vouches for the content as well as a signed hash of it does.
  Digests digests{FromHex(options.md5), kUnsignedPayload};
  if (digests.md5.size() != 16) {
    TARN_ASSIGN(digests, Hash(body));
  }
  const std::string expected = ToHex(digests.md5);

  Call call{"PutObject", "PUT", key, {}, ToHeaders(options), "", &body, digests.sha256};
  call.headers.emplace_back("Content-MD5", checksums::ToBase64(digests.md5));
  if (options.if_none_match) call.headers.emplace_back("If-None-Match", "*");
  if (!options.if_match_etag.empty()) call.headers.emplace_back("If-Match", "\"" + options.if_match_etag + "\"");
  int tries = 0;
  const auto response = Perform(call, &tries);
  if (!response.ok()) {
    // A try whose answer was lost may have written what now fails the condition.
    if (tries > 1 && response.error().code() == Code::kPreconditionFailed) {
      if (auto written = FindWritten(key, expected)) return *std::move(written);
    }
    return response.error();
  }
  const ObjectHead stored = ReadHead(key, *response);
  // The etag of encrypted objects is no MD5; then the endpoint's own check of Content-MD5 has to do.
  if (IsMd5(stored.etag) && !stored.encrypted && stored.etag != expected) {
    return Error(Code::kUnavailable, Doing(call) + " stored other content than was sent: " + stored.etag);
  }
  return PutResult{stored.etag, stored.version_id};
}

std::optional<PutResult> Client::FindWritten(const std::string& key, const std::string& etag) {
  const auto head = HeadObject(key);
  if (!head.ok() || head->etag != etag) return std::nullopt;
  return PutResult{head->etag, head->version_id};
}

Result<ObjectHead> Client::HeadObject(const std::string& key, const std::string& version_id) {
  Call call{"HeadObject", "HEAD", key, {}, {}, "", nullptr, ""};
  if (!version_id.empty()) call.query.emplace_back("versionId", version_id);
  TARN_ASSIGN(const Response response, Perform(call));
  return ReadHead(key, response);
}

Status Client::DeleteObject(const std::string& key, const std::string& version_id) {
  Call call{"DeleteObject", "DELETE", key, {}, {}, "", nullptr, ""};
  if (!version_id.empty()) call.query.emplace_back("versionId", version_id);
  const auto response = Perform(call);
  if (response.ok() || response.error().where() == "NoSuchKey") return Ok();
  return response.error();
}

Result<PutResult> Client::CopyObject(const std::string& key, const CopyOptions& options) {
  Call call{"CopyObject", "PUT", key, {}, {}, "", nullptr, ""};
  if (options.replaces) {
    call.headers = ToHeaders(*options.replaces);
    call.headers.emplace_back("x-amz-metadata-directive", "REPLACE");
  }
  const std::string& bucket = options.source_bucket.empty() ? options_.bucket : options.source_bucket;
  std::string source = "/" + bucket + "/" + UriEncode(options.source_key, true);
  if (!options.source_version_id.empty()) source += "?versionId=" + UriEncode(options.source_version_id);
  call.headers.emplace_back("x-amz-copy-source", source);
  if (!options.if_source_etag.empty()) {
    call.headers.emplace_back("x-amz-copy-source-if-match", "\"" + options.if_source_etag + "\"");
  }
  TARN_ASSIGN(const Response response, Perform(call));
  TARN_ASSIGN(const XmlElement answer, ParseAnswer(response.body));
  return PutResult{Unquote(answer.Text("ETag")), std::string(response.Header("x-amz-version-id").value_or(""))};
}

}  // namespace tarn::s3_client

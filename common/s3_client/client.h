#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "common/http_client/body_source.h"
#include "common/http_client/http_client.h"
#include "common/result/result.h"
#include "common/s3_client/credentials.h"
#include "common/s3_client/endpoint.h"
#include "common/s3_client/object.h"
#include "common/s3_client/transport.h"

namespace tarn::s3_client {

struct Options {
  std::string endpoint;  ///< "https://s3.eu-central-1.amazonaws.com", "http://127.0.0.1:9000"
  std::string region = "us-east-1";
  std::string bucket;
  bool path_style = true;  ///< the bucket in the path, not before the host
  Credentials credentials;
  http_client::RetryPolicy retry;
  std::chrono::milliseconds stall_timeout{30'000};  ///< without a byte for so long, a try has failed
  uint64_t multipart_over_bytes = 64 << 20;         ///< larger content is uploaded in parts
  uint64_t part_bytes = 8 << 20;                    ///< of each part, in memory; more where 10,000 parts need it
  std::stop_token cancelled;                        ///< ends every request
  Transport transport{};                            ///< sends them; without one, the HttpClient does
};

/// The content of an object, read front to back. One thread at a time.
class ObjectStream {
 public:
  virtual ~ObjectStream() = default;
  virtual const ObjectHead& head() const = 0;
  /// The bytes it will deliver in all.
  virtual uint64_t length() const = 0;
  /// Up to `size` bytes, 0 at the end. A broken connection is taken up again where it broke, if the object is still
  /// the same. Errors: kUnavailable, kDeadlineExceeded, kPreconditionFailed (it was replaced meanwhile).
  virtual Result<size_t> Read(char* into, size_t size) = 0;
};

/// One bucket at an S3-compatible endpoint. Every request is signed (AWS Signature Version 4) and repeated, as the
/// retry policy says, after a broken connection, 429, 5xx and what S3 calls passing; what is sent and stored is
/// compared by MD5. Thread-safe. Errors of all methods, with S3's own code as where(): kNotFound, kPermissionDenied,
/// kUnauthenticated (wrong keys, skewed clock), kUnavailable, kDeadlineExceeded, kInvalidArgument, kResourceExhausted,
/// kCancelled.
class Client {
 public:
  /// `http` must outlive it. Errors: kInvalidArgument for the endpoint, the bucket or the region.
  static Result<std::unique_ptr<Client>> Make(Options options, http_client::HttpClient& http);

  /// Creates the bucket; one that is the caller's already is fine. Errors: kConflict if it is somebody else's.
  Status CreateBucket();
  Status HeadBucket();

  /// Stores what `body` delivers, in parts if it is large; memory does not grow with it. The endpoint is told the MD5
  /// and the MD5 of what it stored is compared. Errors: kPreconditionFailed, kUnavailable for content that arrived
  /// damaged, and those of `body`.
  Result<PutResult> PutObject(const std::string& key, http_client::BodySource& body, const PutOptions& options = {});
  Result<PutResult> PutObject(const std::string& key, std::string_view content, const PutOptions& options = {});

  Result<std::unique_ptr<ObjectStream>> GetObject(const std::string& key, const GetOptions& options = {});
  Result<ObjectHead> HeadObject(const std::string& key, const std::string& version_id = "");
  /// Deleting what is not there is no error.
  Status DeleteObject(const std::string& key, const std::string& version_id = "");
  /// One page of ListObjectsV2, in byte order.
  Result<ListPage> ListObjects(const ListRequest& request);
  /// Copies within the endpoint (up to 5 GiB).
  Result<PutResult> CopyObject(const std::string& key, const CopyOptions& options);

  const Options& options() const { return options_; }

 private:
  friend class MultipartUpload;
  friend class ResumingStream;

  struct Call {
    std::string operation;  // for messages: "PutObject"
    std::string method;
    std::string key;
    Query query;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    http_client::BodySource* source = nullptr;  // instead of `body`
    std::string payload_hash;                   // empty: of `body`
  };

  Client(Options options, Endpoint endpoint, http_client::HttpClient& http)
      : options_(std::move(options)), endpoint_(std::move(endpoint)), http_(http) {}

  http_client::Request Prepare(const Call& call) const;
  std::string Doing(const Call& call) const;
  /// Makes the call until it succeeds, cannot succeed, or the tries are used up. Returns 2xx responses only.
  /// `tries` is told how many it took.
  Result<http_client::Response> Perform(const Call& call, int* tries = nullptr);
  Result<std::unique_ptr<http_client::ResponseStream>> Open(const Call& call);
  /// `attempt` is one try; decides about the next.
  template <class Success>
  Result<Success> Repeat(const Call& call, int* tries,
                         const std::function<Result<Success>(const http_client::Request&, bool repeated)>& attempt,
                         const std::function<const http_client::Response&(const Success&)>& response_of);

  Result<PutResult> PutWhole(const std::string& key, http_client::BodySource& body, const PutOptions& options);
  /// What a write that may have happened unseen left behind: nothing unless the object is there with this etag.
  std::optional<PutResult> FindWritten(const std::string& key, const std::string& etag);

  const Options options_;
  const Endpoint endpoint_;
  http_client::HttpClient& http_;
};

}  // namespace tarn::s3_client

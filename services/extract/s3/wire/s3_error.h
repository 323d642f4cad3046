#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::extract::s3 {

/// Names an error as S3 does. Status and wording stand in s3_error.cc. Source: "Error responses", Amazon S3 API
/// reference.
enum class S3Code {
  kAccessDenied,
  kAuthorizationHeaderMalformed,
  kAuthorizationQueryParametersError,
  kBadDigest,
  kBadRequest,
  kBucketAlreadyExists,
  kBucketAlreadyOwnedByYou,
  kBucketNotEmpty,
  kConditionalRequestConflict,
  kEntityTooLarge,
  kEntityTooSmall,
  kIllegalVersioningConfigurationException,
  kIncompleteBody,
  kInsufficientStorage,
  kInternalError,
  kInvalidAccessKeyId,
  kInvalidArgument,
  kInvalidBucketName,
  kInvalidBucketState,
  kInvalidChunkSizeError,
  kInvalidDigest,
  kInvalidPart,
  kInvalidPartNumber,
  kInvalidPartOrder,
  kInvalidRange,
  kInvalidRequest,
  kInvalidStorageClass,
  kInvalidTag,
  kInvalidUri,
  kKeyTooLongError,
  kMalformedAclError,
  kMalformedPolicy,
  kMalformedTrailerError,
  kMalformedXml,
  kMaxMessageLengthExceeded,
  kMetadataTooLarge,
  kMethodNotAllowed,
  kMissingContentLength,
  kMissingRequestBodyError,
  kNoSuchBucket,
  kNoSuchBucketPolicy,
  kNoSuchCorsConfiguration,
  kNoSuchKey,
  kNoSuchLifecycleConfiguration,
  kNoSuchPublicAccessBlockConfiguration,
  kNoSuchTagSet,
  kNoSuchUpload,
  kNoSuchVersion,
  kNoSuchWebsiteConfiguration,
  kNotImplemented,
  kNotModified,  ///< 304: has no body
  kObjectLockConfigurationNotFoundError,
  kOperationAborted,
  kOwnershipControlsNotFoundError,
  kPreconditionFailed,
  kReplicationConfigurationNotFoundError,
  kRequestTimeout,
  kRequestTimeTooSkewed,
  kServerSideEncryptionConfigurationNotFoundError,
  kServiceUnavailable,
  kSignatureDoesNotMatch,
  kSlowDown,
  kTooManyBuckets,
  kXAmzContentSha256Mismatch,
};

/// An answer that is an error.
struct S3Error {
  /// With the code's usual message.
  explicit S3Error(S3Code code);
  S3Error(S3Code code, std::string message);

  /// Adds an element to the XML body: BucketName, Key, UploadId, ArgumentName ...
  S3Error With(std::string name, std::string value) &&;
  /// Adds a response header: x-amz-delete-marker, Allow ...
  S3Error WithHeader(std::string name, std::string value) &&;

  S3Code code;
  int status;
  std::string message;
  std::vector<std::pair<std::string, std::string>> elements;
  http::Headers headers;
};

/// "NoSuchKey".
const char* S3CodeName(S3Code code);

/// Translates a failure of the store. `not_found` is what kNotFound means here (kNoSuchKey, kNoSuchBucket ...),
/// `conflict` likewise. kInternal's message is not passed on.
S3Error ToS3Error(const Error& error, S3Code not_found = S3Code::kNoSuchKey,
                  S3Code conflict = S3Code::kOperationAborted);

/// Holds either a value or the S3 error that is the answer. TARN_TRY and TARN_ASSIGN work with it, and a Result's error
/// turns into one by ToS3Error().
template <class T>
class [[nodiscard]] S3Result {
 public:
  S3Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  S3Result(S3Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  S3Result(const Error& error) : state_(std::in_place_index<1>, ToS3Error(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const S3Error& error() const& { return std::get<1>(state_); }
  S3Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, S3Error> state_;
};

/// Success, or the S3 error that is the answer.
template <>
class [[nodiscard]] S3Result<void> {
 public:
  S3Result() = default;
  S3Result(S3Error error) : error_(std::move(error)) {}
  S3Result(const Error& error) : error_(ToS3Error(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const S3Error& error() const& { return *error_; }
  S3Error&& error() && { return *std::move(error_); }

 private:
  std::optional<S3Error> error_;
};

using S3Status = S3Result<void>;

/// Passes a store's result on with its own meaning of kNotFound and kConflict.
template <class T>
S3Result<T> Translate(Result<T> result, S3Code not_found, S3Code conflict = S3Code::kOperationAborted) {
  if (!result.ok()) return ToS3Error(result.error(), not_found, conflict);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(result).value();
  }
}

/// Renders the error: XML with Code, Message, the extra elements, Resource, RequestId and HostId. For a HEAD request
/// the transport leaves the body out.
http::Response ToResponse(const S3Error& error, std::string_view resource, std::string_view request_id);

}  // namespace tarn::extract::s3

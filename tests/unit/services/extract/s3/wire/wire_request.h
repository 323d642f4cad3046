#pragma once

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/message.h"
#include "services/extract/s3/wire/s3_error.h"
#include "services/extract/s3/wire/s3_request.h"

namespace tarn::extract::s3 {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A request as the door's router hands it to a handler.
http::Request WireRequest(http::Method method, const std::string& target, const Fields& fields = {});

/// A body that arrives in pieces of at most `step` bytes, and then ends, or fails with `failure`.
class PiecewiseBody : public http::BodyReader {
 public:
  PiecewiseBody(std::string body, size_t step, std::optional<Error> failure = {})
      : body_(std::move(body)), step_(step), failure_(std::move(failure)) {}
  Result<size_t> Read(char* into, size_t size) override;

 private:
  const std::string body_;
  const size_t step_;
  const std::optional<Error> failure_;
  size_t at_ = 0;
};

/// Signs the request as AWS's clients do: adds x-amz-date (unless it is there) and Authorization. All headers that are
/// there are signed.
void Sign(http::Request& request, const std::string& key_id, const std::string& secret,
          const std::string& timestamp, const std::string& content_sha256);

/// Makes it a presigned request: `target` grows by the query parameters.
http::Request Presigned(http::Method method, const std::string& target, const std::string& key_id,
                        const std::string& secret, const std::string& timestamp, const std::string& expires);

/// Matches an S3Result that is an error with this code.
MATCHER_P(IsS3Error, code, std::string(negation ? "is not " : "is ") + S3CodeName(code)) {
  if (arg.ok()) {
    *result_listener << "it is ok";
    return false;
  }
  *result_listener << S3CodeName(arg.error().code) << ": " << arg.error().message;
  return arg.error().code == code;
}

MATCHER(IsS3Ok, negation ? "is an error" : "is ok") {
  if (!arg.ok()) {
    *result_listener << S3CodeName(arg.error().code) << ": " << arg.error().message;
    for (const auto& [name, value] : arg.error().elements) *result_listener << "\n" << name << ": " << value;
  }
  return arg.ok();
}

}  // namespace tarn::extract::s3

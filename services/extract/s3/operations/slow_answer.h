#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// How long the client of a long work waits for the first byte, and for each next one.
struct Patience {
  std::chrono::milliseconds first{5'000};
  std::chrono::milliseconds next{5'000};
};

/// Runs `work` on a thread of its own and answers with what it returns. If that takes long the answer begins all the
/// same, with status 200, the XML declaration and then blanks, so that the client does not give up; an error is then
/// the body of that answer, which is how S3 does it and what its clients look for. `work` must not refer to the request.
S3Result<http::Response> AnswerWhenDone(std::function<S3Result<http::Response>()> work, const S3Request& request,
                                        Patience patience = {});

}  // namespace tarn::extract::s3

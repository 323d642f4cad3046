#pragma once

#include <chrono>
#include <functional>

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// An answer that begins at once, with status 200 and the XML declaration, and sends a blank every `interval`
/// until `work` is done, so that the client does not give up. What `work` returns ends the answer; an error
/// too, which is how S3 does it and what its clients look for. `work` begins when the answer is sent, and
/// never if the client has left by then; it must not refer to the request.
http::Response AnswerWhileWorking(std::function<S3Result<http::Response>()> work, const S3Request& request,
                                  std::chrono::milliseconds interval = std::chrono::seconds(5));

}  // namespace tarn::extract::s3

#pragma once

#include <string_view>

#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::extract {

/// Takes the body of an answer piece by piece, and is told of each try: for content that is too large for
/// memory and goes on where a broken connection left it. One thread at a time. An error of any method ends
/// the try.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// Before each try: adds headers that depend on what is there by then, such as the range that is missing.
  virtual Status Begin(http_client::Request& request) = 0;
  /// After the header of a 2xx response: whether its body is wanted. The body of any other stays in the
  /// response.
  virtual Result<bool> OnHeader(const http_client::Response& response) = 0;
  virtual Status OnData(std::string_view data) = 0;
};

}  // namespace tarn::extract

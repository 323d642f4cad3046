#pragma once

#include <functional>
#include <memory>

#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::s3_client {

/// Sends the signed requests of a Client in its stead, each for one try; the client decides about further ones. So its
/// owner can count them, and make them wait their turn among others to the same source. An error other than
/// kUnavailable and kDeadlineExceeded ends the call. Thread-safe.
struct Transport {
  /// `repeated`: not the first try. Errors: as HttpClient::Send, and whatever the owner refuses with.
  std::function<Result<http_client::Response>(const http_client::Request&, bool repeated)> send;
  /// As HttpClient::Open.
  std::function<Result<std::unique_ptr<http_client::ResponseStream>>(http_client::Request, bool repeated)> open;
};

}  // namespace tarn::s3_client

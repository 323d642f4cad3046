#pragma once

#include <string>

#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::s3_client {

/// What an S3 endpoint said when it refused.
struct Refusal {
  int status = 0;
  std::string code;     ///< S3's: "NoSuchKey"; made up from the status where the answer has none (HEAD)
  std::string message;  ///< the endpoint's, cut to 300 characters, without control characters
  std::string region;   ///< where the bucket is, if the endpoint says so

  /// Whether the same request may succeed later.
  bool WorthRepeating() const;
};

/// Reads an answer that is no success: its status, and `<Error>` of its body.
Refusal ReadRefusal(const http_client::Response& response);

/// Says it as Tarn does. `doing`: "PutObject raw/a.json at http://127.0.0.1:9000". where() is S3's error code.
Error ToError(const Refusal& refusal, const std::string& doing);

}  // namespace tarn::s3_client

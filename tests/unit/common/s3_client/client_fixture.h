#pragma once

#include "common/s3_client/client.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"

namespace tarn::s3_client {

/// A client of the bucket "raw" at a server that a test makes up; it does not wait between tries.
class LabClient {
 public:
  explicit LabClient(const RawServer& server) {
    Options options;
    options.endpoint = server.Url("");
    options.bucket = "raw";
    options.credentials = {"id", "secret", ""};
    options.retry.initial_backoff = options.retry.max_backoff = std::chrono::milliseconds(0);
    options.retry.max_attempts = 3;
    client_ = std::move(Client::Make(options, http_)).value();
  }
  Client* operator->() { return client_.get(); }

 private:
  http_client::HttpClient http_;
  std::unique_ptr<Client> client_;
};

inline RawServer::Answer Refuse(int status, const std::string& code, const std::string& message = "") {
  return RawServer::Ok(status, "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
}

}  // namespace tarn::s3_client

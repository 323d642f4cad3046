#pragma once

#include <curl/curl.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "common/http_client/http_client.h"

namespace tarn::http_client {

/// One libcurl handle with the connections it keeps alive. One exchange at a time.
class Connection {
 public:
  Connection();
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Makes one exchange. With `file`, the body of a 2xx response goes there instead of into the response.
  /// Errors: as HttpClient::Send and Download.
  Result<Response> Exchange(const Request& request, const std::optional<std::filesystem::path>& file);

  /// Starts an exchange, and returns the response once its header is here; a 2xx response's body is for Read, any
  /// other's is in the response. `request` must live until Close.
  Result<Response> Open(const Request& request);
  /// Up to `size` bytes of the body, 0 at its end.
  Result<size_t> Read(char* into, size_t size);
  /// Ends what Open started, complete or not.
  void Close();

 private:
  struct Running;  // an exchange under way

  Status Start(const Request& request, std::unique_ptr<Running> running);
  /// Runs until the exchange ends (`ended` is set then), it was cancelled, or `enough` says so.
  template <class Enough>
  void Perform(const Enough& enough);
  std::optional<Error> Failure() const;

  CURLM* multi_;
  CURL* easy_;
  std::unique_ptr<Running> running_;
};

}  // namespace tarn::http_client

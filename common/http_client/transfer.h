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

 private:
  /// Runs the prepared handle to its end, or until `cancelled`. Returns nothing if it was cancelled.
  std::optional<CURLcode> Perform(const std::stop_token& cancelled);

  CURLM* multi_;
  CURL* easy_;
};

/// The URL for messages and logs: without user, password, query and fragment.
std::string DisplayUrl(const std::string& url);

}  // namespace tarn::http_client

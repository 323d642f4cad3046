#include "common/http_client/http_client.h"

#include <curl/curl.h>

#include <array>
#include <mutex>

#include "common/http_client/transfer.h"

namespace tarn::http_client {
namespace {

constexpr size_t kMaxIdleConnections = 16;  // per address policy

void InitializeLibcurl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)once;
}

}  // namespace

/// Idle connections. Each address policy has its own: a connection that was opened under a loose policy must
/// not carry a request of a strict one, as addresses are checked when a connection is opened.
struct HttpClient::Pool {
  std::mutex mutex;
  std::array<std::vector<std::unique_ptr<Connection>>, 3> idle;

  std::unique_ptr<Connection> Take(AddressPolicy policy) {
    {
      const std::lock_guard lock(mutex);
      auto& connections = idle[static_cast<size_t>(policy)];
      if (!connections.empty()) {
        auto connection = std::move(connections.back());
        connections.pop_back();
        return connection;
      }
    }
    return std::make_unique<Connection>();
  }

  void Return(AddressPolicy policy, std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex);
    auto& connections = idle[static_cast<size_t>(policy)];
    if (connections.size() < kMaxIdleConnections) connections.push_back(std::move(connection));
  }

  Result<Response> Exchange(const Request& request, const std::optional<std::filesystem::path>& file) {
    if (request.cancelled.stop_requested()) return Error(Code::kCancelled, "the request was cancelled");
    auto connection = Take(request.address_policy);
    auto result = connection->Exchange(request, file);
    Return(request.address_policy, std::move(connection));
    return result;
  }
};

HttpClient::HttpClient() : pool_(std::make_unique<Pool>()) { InitializeLibcurl(); }
HttpClient::~HttpClient() = default;

Result<Response> HttpClient::Send(const Request& request) { return pool_->Exchange(request, std::nullopt); }

Result<Response> HttpClient::Download(const Request& request, const std::filesystem::path& file) {
  return pool_->Exchange(request, file);
}

}  // namespace tarn::http_client

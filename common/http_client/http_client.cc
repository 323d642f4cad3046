#include "common/http_client/http_client.h"

#include <curl/curl.h>

#include <map>
#include <mutex>

#include "common/http_client/transfer.h"

namespace tarn::http_client {
namespace {

constexpr size_t kMaxIdleConnections = 16;  // per rule of addresses

void InitializeLibcurl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)once;
}

}  // namespace

/// Idle connections. Each rule for addresses has its own: a connection that was opened under a loose rule must
/// not carry a request of a strict one, as addresses are checked when a connection is opened.
struct HttpClient::Pool {
  using Rule = std::pair<AddressPolicy, std::shared_ptr<const AddressRanges>>;
  std::mutex mutex;
  std::map<Rule, std::vector<std::unique_ptr<Connection>>> idle;

  std::unique_ptr<Connection> Take(const Rule& rule) {
    {
      const std::lock_guard lock(mutex);
      auto& connections = idle[rule];
      if (!connections.empty()) {
        auto connection = std::move(connections.back());
        connections.pop_back();
        return connection;
      }
    }
    return std::make_unique<Connection>();
  }

  void Return(const Rule& rule, std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex);
    auto& connections = idle[rule];
    if (connections.size() < kMaxIdleConnections) connections.push_back(std::move(connection));
  }

  Result<Response> Exchange(const Request& request, const std::optional<std::filesystem::path>& file) {
    if (request.cancelled.stop_requested()) return Error(Code::kCancelled, "the request was cancelled");
    const Rule rule(request.address_policy, request.allowed_addresses);
    auto connection = Take(rule);
    auto result = connection->Exchange(request, file);
    Return(rule, std::move(connection));
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

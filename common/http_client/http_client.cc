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

  static Rule RuleOf(const Request& request) { return {request.address_policy, request.allowed_addresses}; }

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
    const Rule rule = RuleOf(request);
    auto connection = Take(rule);
    auto result = connection->Exchange(request, file);
    Return(rule, std::move(connection));
    return result;
  }
};

namespace {

/// Holds a connection for as long as the response is read.
template <class Pool>
class PooledStream final : public ResponseStream {
 public:
  PooledStream(std::shared_ptr<Pool> pool, Request request)
      : pool_(std::move(pool)), request_(std::move(request)), connection_(pool_->Take(Pool::RuleOf(request_))) {}

  ~PooledStream() override {
    connection_->Close();
    pool_->Return(Pool::RuleOf(request_), std::move(connection_));
  }

  Status Open() {
    TARN_ASSIGN(response_, connection_->Open(request_));
    return Ok();
  }

  const Response& response() const override { return response_; }

  Result<size_t> Read(char* into, size_t size) override {
    if (response_.status < 200 || response_.status >= 300) return size_t{0};
    return connection_->Read(into, size);
  }

 private:
  const std::shared_ptr<Pool> pool_;
  const Request request_;
  std::unique_ptr<Connection> connection_;
  Response response_;
};

}  // namespace

HttpClient::HttpClient() : pool_(std::make_shared<Pool>()) { InitializeLibcurl(); }
HttpClient::~HttpClient() = default;

Result<Response> HttpClient::Send(const Request& request) { return pool_->Exchange(request, std::nullopt); }

Result<std::unique_ptr<ResponseStream>> HttpClient::Open(Request request) {
  if (request.cancelled.stop_requested()) return Error(Code::kCancelled, "the request was cancelled");
  auto stream = std::make_unique<PooledStream<Pool>>(pool_, std::move(request));
  TARN_TRY(stream->Open());
  return std::unique_ptr<ResponseStream>(std::move(stream));
}

Result<Response> HttpClient::Download(const Request& request, const std::filesystem::path& file) {
  return pool_->Exchange(request, file);
}

}  // namespace tarn::http_client

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/http_client/http_client.h"

namespace tarn::catalog_client {

/// Asks tarn-catalog, over HTTP. Thread-safe.
class CatalogClient : public Catalog {
 public:
  /// `url` without a slash at its end: "http://127.0.0.1:8103". `timeout` is that of each request; the catalog itself
  /// takes five seconds to wait for a crawl.
  explicit CatalogClient(std::string url, std::chrono::milliseconds timeout = std::chrono::seconds(15))
      : url_(std::move(url)), timeout_(timeout) {}

  Result<std::vector<std::optional<TableSnapshot>>> Resolve(const std::vector<TableRequest>& tables, int64_t min_sequence,
                                                            std::stop_token cancelled) override;
  Result<std::vector<ResolvedName>> ResolveNames(const std::vector<TableRequest>& names, int64_t min_sequence,
                                                 std::stop_token cancelled) override;
  Result<std::vector<std::string>> ListDatabases() override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Status Ping() override;

 private:
  Result<http_client::Response> Send(http_client::Request request);
  Result<std::vector<std::string>> ListNames(const std::string& path);

  const std::string url_;
  const std::chrono::milliseconds timeout_;
  http_client::HttpClient client_;
};

}  // namespace tarn::catalog_client

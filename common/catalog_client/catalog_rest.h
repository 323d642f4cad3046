#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::catalog_client {

/// Changes and shows what tarn-catalog has, by its REST API. Paths begin with "/v1/" and are encoded (see
/// Path). Thread-safe. Errors of all methods: what the catalog refuses with its words and its code
/// (kNotFound, kConflict, kPreconditionFailed, kInvalidArgument, kUnprocessable, kTooLarge); kUnavailable
/// when it cannot answer now; kCancelled, kDeadlineExceeded; kInternal when its answer makes no sense.
class CatalogRest {
 public:
  /// As CatalogClient's.
  explicit CatalogRest(std::string url) : url_(std::move(url)) {}

  Result<nlohmann::json> Get(const std::string& path, std::stop_token cancelled);
  /// `if_new`: only if there is nothing yet, else kPreconditionFailed.
  Result<nlohmann::json> Put(const std::string& path, const nlohmann::json& body, bool if_new,
                             std::stop_token cancelled);
  Result<nlohmann::json> Patch(const std::string& path, const nlohmann::json& body,
                               std::stop_token cancelled);
  Result<nlohmann::json> Post(const std::string& path, const nlohmann::json& body, std::stop_token cancelled);
  Status Delete(const std::string& path, std::stop_token cancelled);

  /// All items of a collection, page after page. Errors: also kTooLarge over `max_items`.
  Result<std::vector<nlohmann::json>> Items(const std::string& path, size_t max_items,
                                            std::stop_token cancelled);

  /// "/v1/databases/shop/tables/sales", each part encoded.
  static std::string Path(std::initializer_list<std::string_view> parts);

 private:
  Result<nlohmann::json> Send(http_client::Request request);

  const std::string url_;
  http_client::HttpClient client_;
};

}  // namespace tarn::catalog_client

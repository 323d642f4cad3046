#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::query {

/// Reads the collections of another service. Thread-safe.
class ServiceClient {
 public:
  /// `name` is what errors call it: "tarn-extract".
  ServiceClient(std::string name, std::string url) : name_(std::move(name)), url_(std::move(url)) {}

  using Parameters = std::vector<std::pair<std::string, std::string>>;
  using TakeItem = std::function<Status(const nlohmann::json& item)>;
  /// Calls `take` for each item of all pages. Errors: those of `take`; kNotFound; kUnavailable when it does
  /// not answer or fails; kCancelled; kInternal when its answer makes no sense.
  Status ForEach(const std::string& path, const Parameters& parameters, const TakeItem& take,
                 std::stop_token cancelled);

 private:
  Result<nlohmann::json> Get(const std::string& target, std::stop_token cancelled);

  const std::string name_, url_;
  http_client::HttpClient client_;
};

}  // namespace tarn::query

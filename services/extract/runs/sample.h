#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "common/http_client/http_client.h"
#include "services/extract/sources/client/source_governor.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

/// What a look at a source found.
struct Sample {
  std::string stream;        ///< of the first page; empty: the source had nothing to store
  std::string first_record;  ///< as JSON; empty if the connector does not tell records apart
  std::string excerpt;       ///< the beginning of the first page, UTF-8
  int64_t records = 0;       ///< in the first page
  int64_t requests = 0;
  std::chrono::milliseconds duration{0};
  std::optional<Error> error;  ///< why there is none
};

/// What a look needs.
struct SampleContext {
  http_client::HttpClient& http;
  std::shared_ptr<SourceGovernor> governor;
  SavedState& state;              ///< its cursor is not looked at
  std::filesystem::path scratch;  ///< a directory of its own, removed afterwards
  std::chrono::milliseconds timeout{20'000};
  std::optional<http_client::AddressPolicy> addresses{};  ///< where requests may connect; nothing: as usual
  std::stop_token cancelled{};
};

/// Runs the connector until its first page, which is stored nowhere.
Sample TakeSample(Connector& connector, SampleContext context);

/// The answer of the REST API.
nlohmann::json ToJson(const Sample& sample);

}  // namespace tarn::extract

#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

/// One kind of source, as `connector:` of a source.yaml names it.
struct ConnectorType {
  std::string_view name;
  std::string_view summary;
  /// Builds a connector from `options:`. Errors: kInvalidArgument with the JSON pointer of the option.
  Result<std::unique_ptr<Connector>> (*make)(const nlohmann::json& options);
  /// Every option, in the order of the documentation.
  std::vector<std::string_view> options;
  /// Options whose values are never shown: names, or paths like "auth/token".
  std::vector<std::string_view> secret_options;
  /// Options that name files of this machine or another store, which only a pipeline file may do.
  std::vector<std::string_view> local_options{};
  /// Options that one run may set differently (the body of POST /v1/sources/{name}/runs).
  std::vector<std::string_view> run_options;
};

/// Every connector there is. A new one is a folder beside this file and a line in registry.cc.
const std::vector<ConnectorType>& Connectors();

/// Null if there is no connector of that name.
const ConnectorType* FindConnector(std::string_view name);

}  // namespace tarn::extract

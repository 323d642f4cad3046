#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tarn::extract {

/// A source to try a connector on. It must take several pages of several streams to read.
class SourceUnderTest {
 public:
  virtual ~SourceUnderTest() = default;
  /// Options that make the connector read it.
  virtual nlohmann::json Options() const = 0;
  /// How many requests for data it has had.
  virtual int64_t Requests() const = 0;
  /// Makes it answer nothing more within the time of a test.
  virtual void Stall() = 0;
};

struct ConnectorSetup {
  std::string connector;
  std::function<std::unique_ptr<SourceUnderTest>()> start;
};

/// One for each connector of the registry: a new connector adds its line here and passes the suite.
std::vector<ConnectorSetup> ConnectorSetups();

}  // namespace tarn::extract

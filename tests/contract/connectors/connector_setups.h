#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tarn::extract {

/// A source to try a connector on. It must take several pages to read.
class SourceUnderTest {
 public:
  virtual ~SourceUnderTest() = default;
  /// Options that make the connector read it, page after page.
  virtual nlohmann::json Options() const = 0;
  /// Options that make it read a part of the source that has nothing in it.
  virtual nlohmann::json EmptyOptions() const = 0;
  /// What stands in either options and must be seen nowhere.
  virtual std::vector<std::string> Secrets() const = 0;

  /// How many requests for data it has had.
  virtual int64_t Requests() const = 0;
  /// Makes it answer nothing more within the time of a test.
  virtual void Stall() = 0;
  /// Makes every request for data fail from now on.
  virtual void GoDown() = 0;
};

struct ConnectorSetup {
  std::string connector;
  std::function<std::unique_ptr<SourceUnderTest>()> start;
};

/// One for each connector of the registry: a new connector adds its line here and passes the suite.
std::vector<ConnectorSetup> ConnectorSetups();

}  // namespace tarn::extract

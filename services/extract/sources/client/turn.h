#pragma once

#include <utility>

#include "common/http_client/http_client.h"
#include "common/result/result.h"
#include "services/extract/sources/client/source_governor.h"

namespace tarn::extract {

/// The turn of one request. Without End, nobody learns whether the source answered.
class SourceTurn {
 public:
  explicit SourceTurn(SourceGovernor::Permit permit) : permit_(std::move(permit)) {}

  /// Ends it, once, by what came of the request.
  void End(const Result<http_client::Response>& response);

 private:
  SourceGovernor::Permit permit_;
};

}  // namespace tarn::extract

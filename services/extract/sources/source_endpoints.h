#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>

#include "common/http/message.h"
#include "common/http_client/http_client.h"
#include "services/extract/runs/run_store.h"
#include "services/extract/runs/runner.h"
#include "services/extract/runs/sample.h"
#include "services/extract/sources/client/source_governor.h"
#include "services/extract/sources/source_catalog.h"

namespace tarn::secrets {
class Redactor;
}

namespace tarn::extract {

/// /v1/sources: what there is to extract, a look at it, and the start of runs. Sources are defined by files,
/// so nothing here changes one.
class SourceEndpoints {
 public:
  struct Parts {
    const SourceCatalog& sources;
    RunStore& runs;
    Runner& runner;
    http_client::HttpClient& http;
    SourceGovernors& governors;
    std::filesystem::path scratch;
    std::stop_token stopping;  ///< ends looks at sources that are under way
  };

  explicit SourceEndpoints(Parts parts) : parts_(std::move(parts)) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);

  /// The body may be absent, `{}`, or an object of options for this run only, and `backfill`. Answers the
  /// run, or the runs of the backfill.
  Result<http::Response> StartRun(http::Request& request);

  /// Is the source reachable, do its credentials work, and one record of it: 200 in any case, with `ok`.
  Result<http::Response> Check(http::Request& request);
  /// The same for a definition in the body that no file holds: `{"connector": ..., "options": {...}}`.
  Result<http::Response> Preview(http::Request& request);

  /// Forgets how far the source has been read: the next run starts from the beginning. 409 while a run is
  /// under way.
  Result<http::Response> ResetCursor(http::Request& request);

 private:
  Result<http::Response> StartBackfill(const Source& source, const nlohmann::json& backfill,
                                       const nlohmann::json& overrides);
  /// Lets requests connect only where `addresses` allows, if it is given.
  Result<http::Response> Look(Connector& connector, std::shared_ptr<SourceGovernor> governor,
                              SavedState& state, const secrets::Redactor& redactor,
                              std::optional<http_client::AddressPolicy> addresses);

  const Parts parts_;
  std::atomic<int> looks_ = 0;
};

}  // namespace tarn::extract

#pragma once

#include "common/http/message.h"
#include "services/extract/runs/runner.h"
#include "services/extract/sources/source_catalog.h"

namespace tarn::extract {

/// /v1/sources: what there is to extract, and the start of runs. Sources are defined by files, so nothing
/// here changes one.
class SourceEndpoints {
 public:
  SourceEndpoints(const SourceCatalog& sources, Runner& runner) : sources_(sources), runner_(runner) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  /// The body may be absent, `{}`, or an object of options for this run only.
  Result<http::Response> StartRun(http::Request& request);

 private:
  const SourceCatalog& sources_;
  Runner& runner_;
};

}  // namespace tarn::extract

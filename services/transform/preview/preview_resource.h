#pragma once

#include "common/http/message.h"
#include "services/transform/preview/preview.h"
#include "services/transform/preview/slots.h"
#include "services/transform/preview/test_runner.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// POST /v1/transforms/{name}/preview and POST /v1/transforms/{name}/test. Both answer 429 with Retry-After
/// while too many are at work.
class PreviewResource {
 public:
  PreviewResource(DefinitionStore& definitions, Preview& preview, const TestRunner& tests, int64_t concurrent)
      : definitions_(definitions), preview_(preview), tests_(tests), slots_(concurrent) {}

  /// Body: {"model" or "output", "objects": [{"bucket", "key"}] or "prefix" or neither, "limit", "sql"}.
  Result<http::Response> Show(http::Request& request);
  /// Runs all tests of the definition as it is in the pipelines folder, or the one that ?test= names.
  Result<http::Response> Test(http::Request& request);

  static constexpr int64_t kMaxRows = 1000;
  static constexpr size_t kMaxObjects = 100;

 private:
  DefinitionStore& definitions_;
  Preview& preview_;
  const TestRunner& tests_;
  Slots slots_;
};

}  // namespace tarn::transform

#pragma once

#include "common/http/message.h"
#include "common/object_store/object_store.h"
#include "services/transform/runs/planner.h"
#include "services/transform/runs/trigger_clock.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// GET /v1/transforms/{name}/bookmarks and POST /v1/transforms/{name}:reset.
class BookmarksResource {
 public:
  BookmarksResource(object_store::ObjectStore& store, RunStore& runs, DefinitionStore& definitions,
                    Planner& planner, TriggerClock& clock)
      : store_(store), runs_(runs), definitions_(definitions), planner_(planner), clock_(clock) {}

  /// How far the transform is.
  Result<http::Response> Get(http::Request& request);
  /// Body: {"prefix": "..."}, {} or none. Answers 202 with the runs that process everything again.
  Result<http::Response> Reset(http::Request& request);

 private:
  object_store::ObjectStore& store_;
  RunStore& runs_;
  DefinitionStore& definitions_;
  Planner& planner_;
  TriggerClock& clock_;
};

}  // namespace tarn::transform

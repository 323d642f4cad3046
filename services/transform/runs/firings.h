#pragma once

#include <string>
#include <vector>

#include "services/transform/runs/run_store.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// Starts runs for other reasons than new objects. All methods belong into a transaction of the caller.
/// Errors: as sqlite::Statement::Step.
class Firings {
 public:
  Firings(RunStore& runs, DefinitionStore& definitions) : runs_(runs), definitions_(definitions) {}

  /// Makes runs over all objects that wait; of a transform without inputs one without objects. `cause` is
  /// Run::cause. A run of that trigger that waits already takes them, unless somebody asked for a run.
  /// Returns the runs; none if there is nothing to do.
  Result<std::vector<std::string>> Fire(const Definition& definition, Trigger trigger,
                                        const std::string& cause, const std::string& traceparent);

  /// Starts the transforms that build on what `transform` publishes, where they do not know its latest
  /// publication.
  Status AfterPublication(const std::string& transform);

  /// The same for one of them, and all that it builds on: it may not have been there when they published.
  Status CatchUp(const Definition& definition);

  /// Objects that one firing takes at most; more stay waiting.
  static constexpr int64_t kMaxObjects = 100'000;

 private:
  RunStore& runs_;
  DefinitionStore& definitions_;
};

}  // namespace tarn::transform

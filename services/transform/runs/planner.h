#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/runs/run_store.h"
#include "services/transform/transforms/definition_store.h"

namespace tarn::transform {

/// Makes runs of events and of requests. Thread-safe.
class Planner {
 public:
  /// `planned` is called when there are new runs.
  Planner(object_store::ObjectStore& store, RunStore& runs, DeadLetterStore& dead_letters,
          DefinitionStore& definitions, std::function<void()> planned)
      : store_(store),
        runs_(runs),
        dead_letters_(dead_letters),
        definitions_(definitions),
        planned_(std::move(planned)) {}

  /// Plans the events of a page and moves the cursors past it, in one transaction. If events before the page were
  /// trimmed, it first plans the objects that exist.
  Status HandlePage(const object_store::EventPage& page);

  /// Brings transforms that were not there, or did not load, when events passed up to the consumer's cursor.
  Status CatchUp();

  /// Names objects of a request, "bucket" and "key".
  struct ObjectName {
    std::string bucket, key;
  };
  /// Plans a run over the current versions of these objects. Errors: kNotFound (the transform, an object),
  /// kConflict if the transform does not load.
  Result<std::string> PlanObjects(const std::string& transform, const std::vector<ObjectName>& objects);
  /// Plans a run over all objects below `prefix` that the transform's input matches. Errors: as PlanObjects;
  /// kUnprocessable if there is none, or more than one run may take.
  Result<std::string> PlanPrefix(const std::string& transform, const std::string& prefix);
  /// Plans a run over the current version of a dead letter's object. Errors: kNotFound, kConflict if that was
  /// done before.
  Result<std::string> Redrive(const std::string& dead_letter_id);

  static constexpr size_t kMaxObjects = 10'000;  ///< of a run that somebody asks for

 private:
  Status CatchUpLocked();
  Status PlanEvents(const Definition& definition, const std::vector<object_store::Event>& events,
                    int64_t cursor);
  /// Plans every object that is there and was not planned before: what to do when events are missing.
  Status PlanExisting(const Definition& definition);
  Status PlanExisting(const Definition& definition, const Input& input);
  /// Adds the objects below `prefix` that an input takes.
  Status AddBelow(const Definition& definition, const std::string& bucket, const std::string& prefix,
                  std::vector<RunInput>& inputs);
  Result<std::shared_ptr<const Definition>> Loaded(const std::string& transform);
  Result<RunInput> CurrentVersion(const std::string& bucket, const std::string& key);
  Result<std::string> CreateRun(const Definition& definition, const std::vector<RunInput>& inputs);

  object_store::ObjectStore& store_;
  RunStore& runs_;
  DeadLetterStore& dead_letters_;
  DefinitionStore& definitions_;
  const std::function<void()> planned_;
  std::mutex mutex_;  // one batch of events at a time
};

}  // namespace tarn::transform

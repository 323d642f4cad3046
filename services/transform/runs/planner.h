#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/quality/dead_letter_store.h"
#include "services/transform/runs/firings.h"
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
        firings_(runs, definitions),
        planned_(std::move(planned)) {}

  // Events: planner.cc.

  /// Plans the events of a page and moves the cursors past it, in one transaction. If events before the page
  /// were trimmed, it first plans the objects that exist.
  Status HandlePage(const object_store::EventPage& page);

  /// Brings transforms that were not there, did not load, or said something else, when events passed or
  /// others published, up to the present. Goes on with resets that were interrupted.
  Status CatchUp();

  // Requests: planner_requests.cc.

  /// Names objects of a request, "bucket" and "key".
  struct ObjectName {
    std::string bucket, key;
  };
  /// Plans a run over the current versions of these objects. Errors: kNotFound (the transform, an object),
  /// kConflict if the transform does not load, kUnprocessable for an object that none of its inputs takes.
  Result<std::string> PlanObjects(const std::string& transform, const std::vector<ObjectName>& objects);
  /// Plans runs over all objects below `prefix` that the transform's inputs match, whether or not they were
  /// processed before. Errors: as PlanObjects; kUnprocessable if there is none, or more than kMaxBackfill.
  Result<std::vector<std::string>> PlanPrefix(const std::string& transform, const std::string& prefix);
  /// Plans runs over all objects that wait; of a transform without inputs one without objects. Errors: as
  /// PlanObjects; kUnprocessable if no object waits.
  Result<std::vector<std::string>> PlanNow(const std::string& transform);

  struct ResetAnswer {
    std::vector<std::string> runs;
    int64_t objects = 0;
  };
  /// Plans all objects that exist, or those below `prefix`, to be processed again. The first of the runs that
  /// publishes drops the rows of tables that are appended to. Errors: as PlanObjects; kConflict if rows would
  /// be lost or doubled: a prefix with such a table, or inputs that are moved away.
  Result<ResetAnswer> Reset(const std::string& transform, const std::string& prefix);

  /// Plans a run over the current version of a dead letter's object. Errors: kNotFound, kConflict if that was
  /// done before.
  Result<std::string> Redrive(const std::string& dead_letter_id);

  struct RedriveAnswer {
    std::vector<std::string> runs;
    int64_t redriven = 0;
    int64_t gone = 0;  ///< letters that were resolved because their object is not there any more
    int64_t left = 0;  ///< of transforms that do not load, or beyond kMaxBackfill
  };
  /// The same for all open ones of the query (its page does not count).
  Result<RedriveAnswer> RedriveAll(DeadLetterQuery query);

  /// Why a queued run does not start, if something else than its turn keeps it.
  std::optional<std::string> WhatItWaitsFor(const Run& run);

  static constexpr size_t kMaxObjects = 10'000;      ///< of one run that somebody asks for
  static constexpr size_t kMaxBackfill = 1'000'000;  ///< of one request

 private:
  Status CatchUpLocked();
  Status PlanEvents(const Definition& definition, const std::vector<object_store::Event>& events,
                    int64_t cursor);
  /// Plans every object that is there and was not planned before: what to do when events are missing.
  Status PlanExisting(const Definition& definition);
  /// Calls `take` with each page of objects below `prefix` that the transform takes.
  Status ListInputs(const Definition& definition, const std::string& prefix,
                    const std::function<Status(const std::vector<RunInput>&)>& take);
  Status ReleaseWaiting(const Definition& definition);
  Result<ResetAnswer> Scan(const Definition& definition);
  Result<std::vector<std::string>> PlanBelow(const Definition& definition, const std::string& prefix,
                                             Trigger trigger);
  Result<std::shared_ptr<const Definition>> Loaded(const std::string& transform);
  Result<RunInput> CurrentVersion(const std::string& bucket, const std::string& key);
  Result<std::vector<DeadLetter>> OpenLetters(DeadLetterQuery query, RedriveAnswer& answer);
  Status RedriveBatch(const std::string& transform, const std::vector<DeadLetter>& letters,
                      RedriveAnswer& answer);

  object_store::ObjectStore& store_;
  RunStore& runs_;
  DeadLetterStore& dead_letters_;
  DefinitionStore& definitions_;
  Firings firings_;
  const std::function<void()> planned_;
  std::mutex mutex_;       // one batch of events at a time
  std::mutex scan_mutex_;  // one reset at a time
};

}  // namespace tarn::transform

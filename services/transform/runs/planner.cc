#include "services/transform/runs/planner.h"

#include <algorithm>

#include "common/logging/log.h"
#include "services/transform/runs/batcher.h"

namespace tarn::transform {
namespace {

using object_store::Event;
using object_store::EventPage;

constexpr const char* kConsumer = "";  // whose cursor it is, in RunStore::Cursor
constexpr int64_t kCatchUpLimit = 1000;

RunInput ToInput(const object_store::ObjectInfo& object) {
  return {object.bucket,     object.key,           object.version,
          object.size_bytes, object.last_modified, InputState::kPlanned};
}

BatchOptions EventBatches(const Definition& definition) {
  BatchOptions options;
  options.trigger = Trigger::kEvent;
  options.joins = true;
  options.max_objects = definition.batch.max_objects;
  options.max_bytes = definition.batch.max_bytes;
  options.not_before = Now() + definition.batch.max_wait;
  return options;
}

// Objects of a transform that events do not start wait for a firing.
Status NoteWaiting(RunStore& runs, const std::string& transform, const std::vector<RunInput>& inputs) {
  TARN_ASSIGN(const auto state, TransformStateStore(runs.database()).Get(transform));
  BookmarkStore bookmarks(runs.database());
  for (const RunInput& input : inputs) {
    TARN_ASSIGN(const bool is_new, bookmarks.Note(transform, state.epoch, input, InputState::kWaiting, ""));
    (void)is_new;
  }
  return Ok();
}

}  // namespace

Status Planner::PlanEvents(const Definition& definition, const std::vector<Event>& events, int64_t cursor) {
  std::vector<RunInput> inputs;
  std::vector<const Event*> sources;
  for (const Event& event : events) {
    if (event.sequence <= cursor || event.type != Event::Type::kObjectCreated) continue;
    if (!definition.InputOf(event.object.bucket, event.object.key)) continue;
    inputs.push_back(ToInput(event.object));
    sources.push_back(&event);
  }
  if (inputs.empty()) return Ok();
  if (!definition.triggers.events) return NoteWaiting(runs_, definition.name, inputs);
  TARN_ASSIGN(auto batcher, Batcher::Open(runs_.database(), definition.name, EventBatches(definition)));
  for (size_t i = 0; i < inputs.size(); ++i) TARN_TRY(batcher.AddNew(inputs[i], sources[i]->traceparent));
  TARN_ASSIGN(const auto runs, batcher.Close());
  (void)runs;
  return Ok();
}

Status Planner::ListInputs(const Definition& definition, const std::string& prefix,
                           const std::function<Status(const std::vector<RunInput>&)>& take) {
  for (const Input& input : definition.inputs) {
    object_store::ListRequest request;
    request.bucket = input.bucket;
    if (prefix.starts_with(input.prefix))
      request.prefix = prefix;
    else if (input.prefix.starts_with(prefix))
      request.prefix = input.prefix;
    else
      continue;
    for (bool more = true; more;) {
      const auto page = store_.List(request);
      if (!page.ok() && page.error().code() == Code::kNotFound) break;  // no such bucket yet
      if (!page.ok()) return page.error();
      std::vector<RunInput> objects;
      for (const auto& object : page->objects) {
        if (definition.InputOf(object.bucket, object.key) == &input) objects.push_back(ToInput(object));
      }
      TARN_TRY(take(objects));
      more = page->truncated;
      request.after = page->next_after;
    }
  }
  return Ok();
}

Status Planner::PlanExisting(const Definition& definition) {
  log::Warn("events were trimmed before they were planned: the objects that exist are planned instead",
            {{"transform", definition.name}});
  return ListInputs(definition, "", [&](const std::vector<RunInput>& objects) {
    return runs_.Transact([&]() -> Status {
      if (!definition.triggers.events) return NoteWaiting(runs_, definition.name, objects);
      TARN_ASSIGN(auto batcher, Batcher::Open(runs_.database(), definition.name, EventBatches(definition)));
      for (const RunInput& object : objects) TARN_TRY(batcher.AddNew(object, ""));
      TARN_ASSIGN(const auto runs, batcher.Close());
      (void)runs;
      return Ok();
    });
  });
}

Status Planner::HandlePage(const EventPage& page) {
  std::lock_guard lock(mutex_);
  TARN_TRY(CatchUpLocked());
  TARN_ASSIGN(const int64_t before, runs_.Cursor(kConsumer));
  if (page.last_sequence <= before) return Ok();
  const auto definitions = definitions_.Runnable();
  if (page.trimmed_before) {
    for (const auto& definition : definitions) TARN_TRY(PlanExisting(*definition));
  }
  TARN_TRY(runs_.Transact([&]() -> Status {
    for (const auto& definition : definitions) {
      TARN_ASSIGN(const int64_t cursor, runs_.Cursor(definition->name));
      // A transform that loaded since CatchUp stays behind and is brought up next time.
      if (cursor < before) continue;
      TARN_TRY(PlanEvents(*definition, page.events, cursor));
      TARN_TRY(runs_.SetCursor(definition->name, std::max(cursor, page.last_sequence)));
    }
    return runs_.SetCursor(kConsumer, page.last_sequence);
  }));
  planned_();
  return Ok();
}

Status Planner::CatchUp() {
  {
    std::lock_guard lock(mutex_);
    TARN_TRY(CatchUpLocked());
    const auto definitions = definitions_.Runnable();
    for (const auto& definition : definitions) {
      TARN_TRY(ReleaseWaiting(*definition));
      TARN_TRY(runs_.Transact([&] { return firings_.CatchUp(*definition); }));
      TARN_ASSIGN(const auto state, TransformStateStore(runs_.database()).Get(definition->name));
      if (state.scanning) TARN_TRY(Scan(*definition));
    }
  }
  planned_();
  return Ok();
}

// What came while events did not start the transform, or was given back when it was not there.
Status Planner::ReleaseWaiting(const Definition& definition) {
  if (!definition.triggers.events) return Ok();
  return runs_.Transact([&]() -> Status {
    TARN_ASSIGN(auto batcher, Batcher::Open(runs_.database(), definition.name, EventBatches(definition)));
    BookmarkStore bookmarks(runs_.database());
    TARN_ASSIGN(const auto waiting,
                bookmarks.ListWaiting(definition.name, batcher.state().epoch,
                                      BookmarkStore::Waiting::kNeverTaken, Firings::kMaxObjects));
    for (const RunInput& input : waiting) TARN_TRY(batcher.Add(input, ""));
    TARN_ASSIGN(const auto runs, batcher.Close());
    (void)runs;
    return Ok();
  });
}

Status Planner::CatchUpLocked() {
  TARN_ASSIGN(const int64_t target, runs_.Cursor(kConsumer));
  const auto definitions = definitions_.Runnable();
  for (const auto& definition : definitions) {
    TARN_ASSIGN(int64_t cursor, runs_.Cursor(definition->name));
    while (cursor < target) {
      TARN_ASSIGN(const EventPage page, store_.ReadEvents(cursor, {}, kCatchUpLimit));
      if (page.trimmed_before) TARN_TRY(PlanExisting(*definition));
      const int64_t reached = page.last_sequence > cursor ? page.last_sequence : target;
      TARN_TRY(runs_.Transact([&]() -> Status {
        TARN_TRY(PlanEvents(*definition, page.events, cursor));
        return runs_.SetCursor(definition->name, reached);
      }));
      cursor = reached;
    }
  }
  return Ok();
}

}  // namespace tarn::transform

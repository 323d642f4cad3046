#include "services/transform/runs/planner.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/logging/log.h"
#include "common/tracing/trace_context.h"

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

}  // namespace

Status Planner::PlanEvents(const Definition& definition, const std::vector<Event>& events, int64_t cursor) {
  for (const Event& event : events) {
    if (event.sequence <= cursor || event.type != Event::Type::kObjectCreated) continue;
    if (definition.InputOf(event.object.bucket, event.object.key) == nullptr) continue;
    TARN_TRY(runs_.PlanEvent(definition, ToInput(event.object), event.traceparent));
  }
  return Ok();
}

Status Planner::PlanExisting(const Definition& definition) {
  for (const Input& input : definition.inputs) TARN_TRY(PlanExisting(definition, input));
  return Ok();
}

Status Planner::PlanExisting(const Definition& definition, const Input& input) {
  log::Warn("events were trimmed before they were planned: the objects that exist are planned instead",
            {{"transform", definition.name}, {"bucket", input.bucket}});
  object_store::ListRequest request;
  request.bucket = input.bucket;
  request.prefix = input.prefix;
  while (true) {
    const auto page = store_.List(request);
    if (!page.ok()) return page.error().code() == Code::kNotFound ? Ok() : Status(page.error());
    TARN_TRY(runs_.Transact([&]() -> Status {
      for (const auto& object : page->objects) {
        if (!input.Matches(object.bucket, object.key)) continue;
        TARN_TRY(runs_.PlanEvent(definition, ToInput(object), ""));
      }
      return Ok();
    }));
    if (!page->truncated) return Ok();
    request.after = page->next_after;
  }
}

Status Planner::HandlePage(const EventPage& page) {
  std::lock_guard lock(mutex_);
  TARN_TRY(CatchUpLocked());
  TARN_ASSIGN(const int64_t before, runs_.Cursor(kConsumer));
  if (page.last_sequence <= before) return Ok();
  if (page.trimmed_before) {
    for (const auto& definition : definitions_.Runnable()) TARN_TRY(PlanExisting(*definition));
  }
  TARN_TRY(runs_.Transact([&]() -> Status {
    for (const auto& definition : definitions_.Runnable()) {
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
  }
  planned_();
  return Ok();
}

Status Planner::CatchUpLocked() {
  TARN_ASSIGN(const int64_t target, runs_.Cursor(kConsumer));
  for (const auto& definition : definitions_.Runnable()) {
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

Result<std::shared_ptr<const Definition>> Planner::Loaded(const std::string& transform) {
  TARN_ASSIGN(const auto loaded, definitions_.Get(transform));
  if (loaded.definition) return loaded.definition;
  return Error(Code::kConflict, "the transform does not load: " + loaded.load_error->message());
}

Result<RunInput> Planner::CurrentVersion(const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const auto object, store_.Head(bucket, key));
  return ToInput(object);
}

Result<std::string> Planner::CreateRun(const Definition& definition, const std::vector<RunInput>& inputs) {
  std::string id;
  TARN_TRY(runs_.Transact([&]() -> Status {
    TARN_ASSIGN(id, runs_.CreateRun(definition.name, Trigger::kRequest, inputs,
                                    TraceContext::Current().Traceparent()));
    return Ok();
  }));
  planned_();
  return id;
}

Result<std::string> Planner::PlanObjects(const std::string& transform,
                                         const std::vector<ObjectName>& objects) {
  TARN_ASSIGN(const auto definition, Loaded(transform));
  std::vector<RunInput> inputs;
  std::set<std::pair<std::string, std::string>> seen;
  for (const ObjectName& object : objects) {
    if (!seen.insert({object.bucket, object.key}).second) continue;
    TARN_ASSIGN(auto input, CurrentVersion(object.bucket, object.key));
    inputs.push_back(std::move(input));
  }
  return CreateRun(*definition, inputs);
}

Status Planner::AddBelow(const Definition& definition, const std::string& bucket, const std::string& prefix,
                         std::vector<RunInput>& inputs) {
  object_store::ListRequest request;
  request.bucket = bucket;
  request.prefix = prefix;
  while (true) {
    TARN_ASSIGN(const auto page, store_.List(request));
    for (const auto& object : page.objects) {
      if (definition.InputOf(object.bucket, object.key) != nullptr) inputs.push_back(ToInput(object));
    }
    if (inputs.size() > kMaxObjects) {
      return Error(Code::kUnprocessable, "more than " + std::to_string(kMaxObjects) +
                                             " objects are below the prefix; choose a longer one")
          .At("/prefix");
    }
    if (!page.truncated) return Ok();
    request.after = page.next_after;
  }
}

Result<std::string> Planner::PlanPrefix(const std::string& transform, const std::string& prefix) {
  TARN_ASSIGN(const auto definition, Loaded(transform));
  std::set<std::string> buckets;
  for (const Input& input : definition->inputs) buckets.insert(input.bucket);
  std::vector<RunInput> inputs;
  for (const std::string& bucket : buckets) TARN_TRY(AddBelow(*definition, bucket, prefix, inputs));
  if (inputs.empty())
    return Error(Code::kUnprocessable, "no object below the prefix matches the transform's input")
        .At("/prefix");
  return CreateRun(*definition, inputs);
}

Result<std::string> Planner::Redrive(const std::string& dead_letter_id) {
  TARN_ASSIGN(const DeadLetter letter, dead_letters_.Get(dead_letter_id));
  TARN_TRY(Loaded(letter.transform));
  TARN_ASSIGN(const RunInput input, CurrentVersion(letter.bucket, letter.key));
  std::string id;
  TARN_TRY(runs_.Transact([&]() -> Status {
    TARN_ASSIGN(id, runs_.CreateRun(letter.transform, Trigger::kRedrive, {input},
                                    TraceContext::Current().Traceparent()));
    return dead_letters_.MarkRedriven(dead_letter_id, id);
  }));
  planned_();
  return id;
}

}  // namespace tarn::transform

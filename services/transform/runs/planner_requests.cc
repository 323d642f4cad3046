#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/json/json.h"
#include "common/tracing/trace_context.h"
#include "services/transform/runs/batcher.h"
#include "services/transform/runs/planner.h"

namespace tarn::transform {
namespace {

// Runs of a reset start when all of them are planned.
constexpr int64_t kHeldMs = 253'402'300'799'000;  // the end of the year 9999

BatchOptions RequestBatches(const Definition& definition, Trigger trigger, const std::string& prefix) {
  BatchOptions options;
  options.trigger = trigger;
  if (!prefix.empty()) options.cause = json::Dump({{"prefix", prefix}});
  options.max_objects = static_cast<int64_t>(Planner::kMaxObjects);
  options.max_bytes = definition.batch.max_bytes;
  options.not_before = Now();
  return options;
}

}  // namespace

Result<std::shared_ptr<const Definition>> Planner::Loaded(const std::string& transform) {
  TARN_ASSIGN(const auto loaded, definitions_.Get(transform));
  if (loaded.definition) return loaded.definition;
  return Error(Code::kConflict, "the transform does not load: " + loaded.load_error->message());
}

Result<RunInput> Planner::CurrentVersion(const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const auto object, store_.Head(bucket, key));
  return RunInput{object.bucket,     object.key,           object.version,
                  object.size_bytes, object.last_modified, InputState::kPlanned};
}

Result<std::string> Planner::PlanObjects(const std::string& transform,
                                         const std::vector<ObjectName>& objects) {
  TARN_ASSIGN(const auto definition, Loaded(transform));
  std::vector<RunInput> inputs;
  std::set<std::pair<std::string, std::string>> seen;
  for (size_t i = 0; i < objects.size(); ++i) {
    if (!seen.insert({objects[i].bucket, objects[i].key}).second) continue;
    TARN_ASSIGN(auto input, CurrentVersion(objects[i].bucket, objects[i].key));
    if (!definition->InputOf(input.bucket, input.key)) {
      return Error(Code::kUnprocessable, "no input of the transform takes " + input.bucket + "/" + input.key)
          .At("/objects/" + std::to_string(i));
    }
    inputs.push_back(std::move(input));
  }
  std::string id;
  TARN_TRY(runs_.Transact([&]() -> Status {
    TARN_ASSIGN(id,
                runs_.CreateRun(transform, Trigger::kRequest, inputs, TraceContext::Current().Traceparent()));
    return Ok();
  }));
  planned_();
  return id;
}

Result<std::vector<std::string>> Planner::PlanPrefix(const std::string& transform,
                                                     const std::string& prefix) {
  TARN_ASSIGN(const auto definition, Loaded(transform));
  return PlanBelow(*definition, prefix, Trigger::kBackfill);
}

Result<std::vector<std::string>> Planner::PlanBelow(const Definition& definition, const std::string& prefix,
                                                    Trigger trigger) {
  std::vector<RunInput> inputs;
  TARN_TRY(ListInputs(definition, prefix, [&](const std::vector<RunInput>& objects) -> Status {
    inputs.insert(inputs.end(), objects.begin(), objects.end());
    if (inputs.size() <= kMaxBackfill) return Ok();
    return Error(Code::kUnprocessable, "more than " + std::to_string(kMaxBackfill) +
                                           " objects are below the prefix; choose a longer one")
        .At("/prefix");
  }));
  if (inputs.empty())
    return Error(Code::kUnprocessable, "no object below the prefix matches an input of the transform")
        .At("/prefix");
  const std::string traceparent = TraceContext::Current().Traceparent();
  std::vector<std::string> planned;
  // One transaction for each run or so: events want to be planned meanwhile.
  for (size_t begin = 0; begin < inputs.size(); begin += kMaxObjects) {
    TARN_TRY(runs_.Transact([&]() -> Status {
      TARN_ASSIGN(auto batcher, Batcher::Open(runs_.database(), definition.name,
                                              RequestBatches(definition, trigger, prefix)));
      for (size_t i = begin; i < std::min(inputs.size(), begin + kMaxObjects); ++i)
        TARN_TRY(batcher.Add(inputs[i], traceparent));
      TARN_ASSIGN(const auto runs, batcher.Close());
      planned.insert(planned.end(), runs.begin(), runs.end());
      return Ok();
    }));
  }
  planned_();
  return planned;
}

Result<std::vector<std::string>> Planner::PlanNow(const std::string& transform) {
  TARN_ASSIGN(const auto definition, Loaded(transform));
  std::vector<std::string> planned;
  TARN_TRY(runs_.Transact([&]() -> Status {
    TARN_ASSIGN(planned,
                firings_.Fire(*definition, Trigger::kRequest, "{}", TraceContext::Current().Traceparent()));
    return Ok();
  }));
  if (planned.empty())
    return Error(Code::kUnprocessable,
                 "no object waits for a run; name \"objects\" or a \"prefix\" to process them again");
  planned_();
  return planned;
}

Result<Planner::ResetAnswer> Planner::Reset(const std::string& transform, const std::string& prefix) {
  TARN_ASSIGN(const auto definition, Loaded(transform));
  if (!prefix.empty()) {
    if (definition->appends()) {
      return Error(Code::kConflict,
                   "the transform appends to a table, whose rows cannot be told apart by prefix; reset all "
                   "of it")
          .At("/prefix");
    }
    ResetAnswer answer;
    TARN_ASSIGN(answer.runs, PlanBelow(*definition, prefix, Trigger::kReset));
    for (const std::string& id : answer.runs) {
      TARN_ASSIGN(const Run run, runs_.Get(id));
      answer.objects += run.input_count;
    }
    return answer;
  }
  for (const Input& input : definition->inputs) {
    if (!definition->appends() || input.on_success.kind != OnSuccess::Kind::kMove) continue;
    return Error(Code::kConflict, "the transform appends to a table and moves its objects to " +
                                      input.on_success.bucket + "/" + input.on_success.prefix +
                                      ", where a reset does not find them, so that their rows would be lost; "
                                      "copy them back to " +
                                      input.bucket + "/" + input.prefix +
                                      " under new names and delete the table instead");
  }
  TARN_TRY(runs_.Transact([&]() -> Status {
    TARN_TRY(TransformStateStore(runs_.database()).Reset(transform, definition->appends()));
    return runs_.DropWaiting(transform);
  }));
  return Scan(*definition);
}

// Takes up again where it was interrupted: what is bookmarked is not planned again.
Result<Planner::ResetAnswer> Planner::Scan(const Definition& definition) {
  std::lock_guard lock(scan_mutex_);
  const std::string traceparent = TraceContext::Current().Traceparent();
  BatchOptions options = RequestBatches(definition, Trigger::kReset, "");
  options.joins = true;
  options.not_before = FromUnixMillis(kHeldMs);
  const auto plan = [&](const std::vector<RunInput>& objects) {
    return runs_.Transact([&]() -> Status {
      TARN_ASSIGN(auto batcher, Batcher::Open(runs_.database(), definition.name, options));
      if (definition.inputs.empty()) TARN_TRY(batcher.AddRun(traceparent));
      for (const RunInput& object : objects) TARN_TRY(batcher.AddNew(object, traceparent));
      TARN_ASSIGN(const auto runs, batcher.Close());
      (void)runs;
      return Ok();
    });
  };
  TARN_TRY(definition.inputs.empty() ? plan({}) : ListInputs(definition, "", plan));
  ResetAnswer answer;
  TARN_TRY(runs_.Transact([&]() -> Status {
    TARN_ASSIGN(const auto waiting, runs_.Unfinished(definition.name, kMaxBackfill));
    for (const Run& run : waiting) {
      if (run.trigger != Trigger::kReset || run.state != RunState::kQueued) continue;
      answer.runs.push_back(run.id);
      answer.objects += run.input_count;
    }
    TARN_TRY(TransformStateStore(runs_.database()).EndScan(definition.name, !answer.runs.empty()));
    return runs_.Release(definition.name);
  }));
  planned_();
  return answer;
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

// The letters of transforms that load.
Result<std::vector<DeadLetter>> Planner::OpenLetters(DeadLetterQuery query, RedriveAnswer& answer) {
  query.state = LetterState::kOpen;
  query.after_id.clear();
  query.limit = static_cast<int64_t>(kMaxObjects);
  std::vector<DeadLetter> letters;
  while (true) {
    TARN_ASSIGN(const auto page, dead_letters_.List(query));
    for (const DeadLetter& letter : page) {
      if (letters.size() < kMaxBackfill && Loaded(letter.transform).ok())
        letters.push_back(letter);
      else
        ++answer.left;
    }
    if (static_cast<int64_t>(page.size()) < query.limit) return letters;
    query.after_id = page.back().id;
  }
}

Result<Planner::RedriveAnswer> Planner::RedriveAll(DeadLetterQuery query) {
  RedriveAnswer answer;
  TARN_ASSIGN(const auto letters, OpenLetters(std::move(query), answer));
  std::map<std::string, std::vector<DeadLetter>> batches;
  for (const DeadLetter& letter : letters) {
    auto& batch = batches[letter.transform];
    batch.push_back(letter);
    if (batch.size() < kMaxObjects) continue;
    TARN_TRY(RedriveBatch(letter.transform, batch, answer));
    batch.clear();
  }
  for (const auto& [transform, batch] : batches) TARN_TRY(RedriveBatch(transform, batch, answer));
  planned_();
  return answer;
}

Status Planner::RedriveBatch(const std::string& transform, const std::vector<DeadLetter>& letters,
                             RedriveAnswer& answer) {
  std::vector<RunInput> inputs;
  std::vector<const DeadLetter*> redriven, gone;
  std::set<std::pair<std::string, std::string>> seen;
  for (const DeadLetter& letter : letters) {
    const auto input = CurrentVersion(letter.bucket, letter.key);
    if (!input.ok() && input.error().code() != Code::kNotFound) return input.error();
    (input.ok() ? redriven : gone).push_back(&letter);
    if (input.ok() && seen.insert({letter.bucket, letter.key}).second) inputs.push_back(*input);
  }
  return runs_.Transact([&]() -> Status {
    for (const DeadLetter* letter : gone) TARN_TRY(dead_letters_.MarkGone(letter->id));
    answer.gone += static_cast<int64_t>(gone.size());
    if (inputs.empty()) return Ok();
    TARN_ASSIGN(const std::string id,
                runs_.CreateRun(transform, Trigger::kRedrive, inputs, TraceContext::Current().Traceparent()));
    for (const DeadLetter* letter : redriven) TARN_TRY(dead_letters_.MarkRedriven(letter->id, id));
    answer.redriven += static_cast<int64_t>(redriven.size());
    answer.runs.push_back(id);
    return Ok();
  });
}

std::optional<std::string> Planner::WhatItWaitsFor(const Run& run) {
  const auto loaded = definitions_.Get(run.transform);
  if (!loaded.ok()) return "the transform is not in the pipelines folder; unless it comes back, the run ends";
  if (!loaded->definition) {
    const std::string where = loaded->load_error->where();
    return "the transform does not load: " + (where.empty() ? "" : where + ": ") +
           loaded->load_error->message();
  }
  const auto state = TransformStateStore(runs_.database()).Get(run.transform);
  if (state.ok() && state->scanning) return "a reset is planning the objects that exist";
  if (run.not_before <= Now()) return std::nullopt;
  const std::string until = FormatRfc3339(run.not_before);
  if (run.attempt == 0 && run.error) return run.error->message() + "; another try at " + until;
  return run.attempt > 0 ? "another try at " + until : "more objects, until " + until;
}

}  // namespace tarn::transform

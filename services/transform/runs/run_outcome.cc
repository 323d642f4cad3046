#include "services/transform/runs/run_outcome.h"

namespace tarn::transform {
namespace {

std::string Where(const DeadLetter& letter) {
  std::string where = letter.bucket + "/" + letter.key;
  if (letter.byte_offset) where += ": byte " + std::to_string(*letter.byte_offset);
  return where;
}

}  // namespace

bool MayBeTheData(const Error& error) { return !error.retryable() && error.code() != Code::kCancelled; }

std::string WholeRunFailed(const Error& error) {
  return "the whole run failed: " + (error.where().empty() ? "" : error.where() + ": ") + error.message();
}

void SummarizeInputs(RunReport& report, const std::vector<DeadLetter>& dead) {
  int64_t published = 0, skipped = 0;
  for (const InputState state : report.inputs) {
    published += state == InputState::kPublished;
    skipped += state == InputState::kSkipped;
  }
  report.counts["objects"] = static_cast<int64_t>(report.inputs.size());
  report.counts["objects_published"] = published;
  report.counts["objects_skipped"] = skipped;
  report.counts["objects_dead"] = static_cast<int64_t>(dead.size());
  if (dead.empty()) {
    report.state = published > 0 || report.inputs.empty() ? RunState::kSucceeded : RunState::kUnchanged;
    return;
  }
  report.state = published > 0 ? RunState::kPartiallySucceeded : RunState::kFailed;
  const DeadLetter& first = dead.back();
  report.error = Error(Code::kUnprocessable, std::to_string(dead.size()) + " of " +
                                                 std::to_string(report.inputs.size()) +
                                                 " objects cannot be read; the first is " + first.bucket +
                                                 "/" + first.key + ": " + first.reason)
                     .At(Where(first));
}

GivenUp GiveUpOn(const Run& run, const std::vector<RunInput>& inputs, const Error& error) {
  GivenUp given_up;
  for (const RunInput& input : inputs) {
    const bool skipped = input.state == InputState::kSkipped;
    given_up.report.inputs.push_back(skipped ? InputState::kSkipped : InputState::kDead);
    if (skipped) continue;
    DeadLetter letter;
    letter.run_id = run.id;
    letter.transform = run.transform;
    letter.bucket = input.bucket;
    letter.key = input.key;
    letter.version = input.version;
    letter.reason = WholeRunFailed(error);
    given_up.dead.push_back(std::move(letter));
  }
  SummarizeInputs(given_up.report, given_up.dead);
  given_up.report.state = RunState::kFailed;
  given_up.report.error = error;
  return given_up;
}

}  // namespace tarn::transform

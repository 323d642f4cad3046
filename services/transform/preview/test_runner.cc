#include "services/transform/preview/test_runner.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/transform/preview/deadline.h"
#include "services/transform/preview/definition_part.h"
#include "services/transform/preview/test_bench.h"

namespace tarn::transform {

using nlohmann::json;

json TestOutcome::ToJson() const {
  json value = {{"name", name}, {"passed", passed()}, {"duration_ms", duration.count()}, {"error", nullptr}};
  if (error)
    value["error"] = {
        {"code", CodeName(error->code())}, {"detail", error->message()}, {"where", error->where()}};
  value["diffs"] = json::array();
  for (const RowDiff& diff : diffs) value["diffs"].push_back(diff.ToJson());
  value["text"] = Text();
  return value;
}

std::string TestOutcome::Text() const {
  std::string text;
  if (error) text += (error->where().empty() ? "" : error->where() + ": ") + error->message() + "\n";
  for (const RowDiff& diff : diffs) text += diff.Text();
  return text;
}

Result<TestOutcome> TestRunner::Run(const Definition& definition, const ModelTest& test,
                                    std::stop_token cancelled) const {
  const auto begin = std::chrono::steady_clock::now();
  const Deadline deadline(options_.timeout, cancelled);
  TestOutcome outcome{test.name, std::nullopt, {}, {}};
  auto diffs = CarryOutTest(definition, test, options_.engine, deadline.token());
  if (diffs.ok()) {
    outcome.diffs = *std::move(diffs);
  } else if (deadline.expired()) {
    outcome.error = Error(Code::kDeadlineExceeded,
                          "the test took longer than " + std::to_string(options_.timeout.count()) + " ms");
  } else if (diffs.error().code() == Code::kCancelled) {
    return diffs.error();
  } else {
    outcome.error = diffs.error();
  }
  outcome.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return outcome;
}

Result<std::vector<TestOutcome>> TestRunner::RunAll(const Definition& definition,
                                                    std::stop_token cancelled) const {
  std::vector<TestOutcome> outcomes;
  for (const ModelTest& test : definition.tests) {
    TARN_ASSIGN(auto outcome, Run(definition, test, cancelled));
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Status TestRunner::Check(const Definition& definition, std::stop_token cancelled) const {
  for (size_t i = 0; i < definition.tests.size(); ++i) {
    TARN_ASSIGN(const auto outcome, Run(definition, definition.tests[i], cancelled));
    if (outcome.passed()) continue;
    // That says more of the machine than of the definition.
    if (outcome.error && outcome.error->code() == Code::kDeadlineExceeded)
      return Error(Code::kUnavailable, "the test \"" + outcome.name + "\": " + outcome.error->message());
    return Error(Code::kInvalidArgument, "the test \"" + outcome.name + "\" fails:\n" + outcome.Text())
        .At("transform.yaml: tests[" + std::to_string(i) + "]");
  }
  return Ok();
}

}  // namespace tarn::transform

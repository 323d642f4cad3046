#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/transform/preview/row_diff.h"
#include "services/transform/runs/sql_workspace.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// How one test of a transform came out.
struct TestOutcome {
  std::string name;
  std::optional<Error> error;  ///< why it could not be carried out
  std::vector<RowDiff> diffs;  ///< those that are not empty
  std::chrono::milliseconds duration{0};

  bool passed() const { return !error && diffs.empty(); }
  nlohmann::json ToJson() const;
  /// What is wrong, in some lines that a person can read; empty if it passed.
  std::string Text() const;
};

struct TestOptions {
  EngineLimits engine{256ull << 20, 0, 2};
  std::chrono::milliseconds timeout{20'000};  ///< of one test
};

/// Runs the tests of a definition: rows that a test gives take the place of objects and tables, and the rows
/// of models and outputs are compared with those it expects. Nothing is read or written. A row of an output
/// has gone through its merge and its quarantine. Thread-safe.
class TestRunner {
 public:
  explicit TestRunner(TestOptions options = {}) : options_(options) {}

  /// Runs one test. Errors: kCancelled; anything else that is wrong is an outcome.
  Result<TestOutcome> Run(const Definition& definition, const ModelTest& test,
                          std::stop_token cancelled) const;
  /// Runs them all, in their order. Errors: kCancelled.
  Result<std::vector<TestOutcome>> RunAll(const Definition& definition, std::stop_token cancelled) const;
  /// Ok if all tests pass, else kInvalidArgument with the first one that does not and its differences;
  /// where() is "transform.yaml: tests[<n>]". Errors: kCancelled; kUnavailable if a test took too long.
  Status Check(const Definition& definition, std::stop_token cancelled) const;

 private:
  const TestOptions options_;
};

/// What now() and {{ run('started_at') }} are in tests: 2026-01-01T00:00:00Z, unless the test says `now`.
Timestamp TestTime(const ModelTest& test);

}  // namespace tarn::transform

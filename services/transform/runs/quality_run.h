#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "common/time/time.h"
#include "services/transform/quality/dqdl/compiler.h"
#include "services/transform/quality/quality_result.h"
#include "services/transform/runs/output_writer.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Judges the rules of a run's outputs before they are written. Rows that break a rule of severity quarantine
/// are taken out of the run's new rows, before a merge, so that an older row of the same key stays. One
/// thread at a time.
class QualityRun {
 public:
  /// `files` are those of the outputs, in their order; `now` is what now() in rules stands for.
  QualityRun(OutputWriter& writer, const Definition& definition, std::vector<OutputFiles> files,
             Timestamp now, std::stop_token cancelled);

  /// Errors: as SqlWorkspace, when the rows themselves cannot be made. A rule that does not pass is no error.
  Status Judge();

  /// In the order of the outputs and their rules.
  std::vector<QualityResult> Results() const;

  /// Why the run must not publish anything: a rule of severity fail that does not pass, or a rule of severity
  /// quarantine that could not tell which rows to take out.
  std::optional<Error> Failure() const;

  /// Rows that were taken out of an output.
  struct Quarantined {
    const Output* output;
    std::string relation;  ///< what stands after FROM
    int64_t rows;
  };
  const std::vector<Quarantined>& quarantined() const { return quarantined_; }

  /// Writes taken rows as Parquet: all columns of the model, `_reasons` (the rules they break), `_run_id` and
  /// `_quarantined_at`. Errors: as duckdb::Connection::Run.
  Status WriteQuarantined(const Quarantined& quarantined, const std::string& run_id,
                          const std::filesystem::path& file);

 private:
  class Tables;
  struct Selected {
    size_t ruleset, rule;
    const QualityRules* rules;
    const dqdl::Rule* text;
  };
  struct State {
    bool begun = false, ready = false;
    dqdl::Relation published;
    std::map<std::pair<size_t, size_t>, QualityResult> results;  // by ruleset and rule
  };

  Status Prepare(const Output& output);
  Status SetRowsAside(const Output& output);
  Status TakeOut(const Output& output, const dqdl::Relation& relation, const std::vector<Selected>& rules,
                 const dqdl::Plan& plan);
  Result<dqdl::Plan> JudgeOn(const Output& output, const dqdl::Relation& relation,
                             const std::vector<Selected>& rules);
  void Note(const Output& output, const Selected& rule, const dqdl::Verdict& verdict);
  Result<dqdl::Relation> NewRows(const Output& output);
  const OutputFiles& FilesOf(const Output& output) const;

  OutputWriter& writer_;
  const Definition& definition_;
  const std::vector<OutputFiles> files_;
  const Timestamp now_;
  const std::stop_token cancelled_;
  std::map<const Output*, State> states_;
  std::vector<Quarantined> quarantined_;
};

}  // namespace tarn::transform

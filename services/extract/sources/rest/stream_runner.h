#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "services/extract/sources/rest/saved_cursors.h"
#include "services/extract/sources/rest/unit.h"
#include "services/extract/sources/rest/unit_reader.h"

namespace tarn::extract::rest {

/// What came of a stream, for its children.
struct StreamResult {
  bool complete = false;
  std::vector<JsonPath> fields;                    ///< what its children need of each record
  std::vector<TemplateValues> unit_values;         ///< of each unit; kept if there are fields
  std::vector<std::vector<ParentRecord>> parents;  ///< of each unit
};

/// Reads one stream: its partitions, or its parts for all records of its parent, side by side.
class StreamRunner {
 public:
  /// `parent` is null unless the stream has one; `fields` are what its own children need.
  StreamRunner(RunFrame& frame, const StreamOptions& stream, const StreamResult* parent,
               std::vector<JsonPath> fields, SavedCursors& cursors, RunOutcome& outcome)
      : frame_(frame),
        stream_(stream),
        parent_(parent),
        fields_(std::move(fields)),
        cursors_(cursors),
        outcome_(outcome) {}

  using OnPage = UnitReader::OnPage;

  /// Adds to the outcome what failed. Errors: those that end the run.
  Result<StreamResult> Run(const OnPage& on_page);

 private:
  /// A unit before it is built: there may be very many.
  struct Plan {
    size_t parent_unit = 0;
    size_t record = 0;  // of that unit; or the number of the partition
    size_t number = 0;  // of the parent record, over all units
  };

  Result<std::vector<Plan>> PlanUnits();
  Result<Unit> BuildUnit(const Plan& plan) const;
  Unit UnitOfPartition(size_t number) const;
  Result<Unit> UnitOfParent(const Plan& plan) const;
  Unit NewUnit() const;
  Status ReadAll(const std::vector<Plan>& plans, StreamResult& result, const OnPage& on_page);
  Status Take(UnitResult unit_result, StreamResult& result);
  Status Finish(const std::string& path, int64_t pages);
  void AddProblem(Error problem);

  RunFrame& frame_;
  const StreamOptions& stream_;
  const StreamResult* const parent_;
  const std::vector<JsonPath> fields_;
  std::vector<size_t> field_indexes_;  // where the parent's records have what this stream asks for
  SavedCursors& cursors_;
  RunOutcome& outcome_;
  int64_t pages_ = 0;
  int64_t problems_ = 0;
};

}  // namespace tarn::extract::rest

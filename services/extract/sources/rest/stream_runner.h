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
  std::vector<TemplateValues> unit_values;         ///< of each unit
  std::vector<std::vector<ParentRecord>> parents;  ///< of each unit
};

/// Reads one stream: its partitions, or its parts for all records of its parent, side by side.
class StreamRunner {
 public:
  /// `parent` is null unless the stream has one; `fields` are what its own children need, the parent's
  /// `parent_fields` what it has for all of its children.
  StreamRunner(RunFrame& frame, const StreamOptions& stream, std::vector<JsonPath> fields,
               SavedCursors& cursors, RunOutcome& outcome)
      : frame_(frame), stream_(stream), fields_(std::move(fields)), cursors_(cursors), outcome_(outcome) {}

  using OnPage = UnitReader::OnPage;

  /// Adds to the outcome what failed. Errors: those that end the run.
  Result<StreamResult> Run(const StreamResult* parent, const std::vector<JsonPath>& parent_fields,
                           const OnPage& on_page);

 private:
  std::vector<Unit> UnitsOfPartitions() const;
  std::vector<Unit> UnitsOfParents(const StreamResult& parent, const std::vector<JsonPath>& parent_fields);
  Result<std::optional<Unit>> UnitOfParent(const ParentRecord& record, const TemplateValues& inherited,
                                           const std::vector<size_t>& fields, size_t number) const;
  Unit NewUnit() const;
  Status ReadAll(std::vector<Unit> units, StreamResult& result, const OnPage& on_page);
  Status Take(const Unit& unit, UnitResult unit_result, StreamResult& result);
  Status Finish(const std::string& path, int64_t pages);
  void AddProblem(Error problem);

  RunFrame& frame_;
  const StreamOptions& stream_;
  const std::vector<JsonPath> fields_;
  SavedCursors& cursors_;
  RunOutcome& outcome_;
  int64_t pages_ = 0;
  int64_t problems_ = 0;
};

}  // namespace tarn::extract::rest

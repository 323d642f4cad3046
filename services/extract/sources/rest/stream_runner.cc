#include "services/extract/sources/rest/stream_runner.h"

#include <algorithm>
#include <cstdio>
#include <unordered_set>

#include "services/extract/sources/ordered_parallel.h"
#include "services/extract/sources/rest/stream_path.h"

namespace tarn::extract::rest {
namespace {

constexpr int64_t kMaxProblems = 100;
constexpr size_t kMaxIdBytes = 200;
constexpr size_t kMaxSeen = 10'000;
constexpr size_t kMaxSeenPerParent = 100;

TemplateValue ValueOf(const TemplateValues& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? TemplateValue() : found->second;
}

/// The values that a child's templates take over from the unit of its parent.
TemplateValues Inherited(const TemplateValues& parent) {
  TemplateValues values;
  for (const auto& [name, value] : parent) {
    if (name == "partition") values[name] = value;
    if (name.starts_with("parent.")) values["grand" + name] = value;
  }
  return values;
}

std::string PartitionPath(const TemplateValues& values) {
  const std::string partition = ValueOf(values, "partition").text;
  return partition.empty() ? "" : "/partition=" + AsPathPart(partition);
}

}  // namespace

Result<StreamResult> StreamRunner::Run(const OnPage& on_page) {
  StreamResult result;
  result.fields = fields_;
  if (parent_ && !parent_->complete) {
    AddProblem(Error(Code::kUnprocessable, stream_.name + ": not read, because its parent is not complete"));
    return result;
  }
  TARN_ASSIGN(const std::vector<Plan> plans, PlanUnits());
  TARN_TRY(ReadAll(plans, result, on_page));
  result.complete = problems_ == 0;
  const bool shares_path = parent_ && !stream_.partition_by_parent;
  if (shares_path && result.complete) TARN_TRY(Finish(stream_.name, pages_));
  return result;
}

Result<std::vector<StreamRunner::Plan>> StreamRunner::PlanUnits() {
  std::vector<Plan> plans;
  if (!parent_) {
    for (size_t i = 0; i < std::max<size_t>(1, stream_.partitions.size()); ++i)
      plans.push_back({.record = i});
    return plans;
  }
  for (const JsonPath& path : stream_.parent->fields) {
    const auto found = std::find(parent_->fields.begin(), parent_->fields.end(), path);
    field_indexes_.push_back(static_cast<size_t>(found - parent_->fields.begin()));
  }
  std::unordered_set<std::string> seen;
  size_t number = 0;
  for (size_t i = 0; i < parent_->parents.size(); ++i) {
    for (size_t record = 0; record < parent_->parents[i].size(); ++record) {
      TARN_TRY(frame_.Check());
      const Plan plan{i, record, number++};
      auto unit = BuildUnit(plan);
      if (!unit.ok()) {
        AddProblem(std::move(unit).error());
      } else if (seen.insert(unit->key).second) {
        plans.push_back(plan);
      }
    }
  }
  return plans;
}

Result<Unit> StreamRunner::BuildUnit(const Plan& plan) const {
  if (parent_) return UnitOfParent(plan);
  return UnitOfPartition(plan.record);
}

Unit StreamRunner::NewUnit() const {
  Unit unit;
  unit.stream = &stream_;
  unit.path = stream_.name;
  unit.max_seen = stream_.parent ? kMaxSeenPerParent : kMaxSeen;
  const std::string now = FormatRfc3339(frame_.context.created_at);
  unit.values["run.time"] = {now};
  unit.values["run.date"] = {now.substr(0, 10)};
  return unit;
}

Unit StreamRunner::UnitOfPartition(size_t number) const {
  Unit unit = NewUnit();
  if (!stream_.partitions.empty()) unit.values["partition"] = {stream_.partitions[number]};
  unit.path += PartitionPath(unit.values);
  unit.key = unit.path;
  return unit;
}

Result<Unit> StreamRunner::UnitOfParent(const Plan& plan) const {
  const std::string which = "record " + std::to_string(plan.number) + " of its parent";
  const ParentRecord& record = parent_->parents[plan.parent_unit][plan.record];
  const TemplateValues inherited = Inherited(parent_->unit_values[plan.parent_unit]);
  Unit unit = NewUnit();
  unit.values.insert(inherited.begin(), inherited.end());
  for (size_t i = 0; i < field_indexes_.size(); ++i) {
    const auto& value = record[field_indexes_[i]];
    const std::string& name = stream_.parent->names[i];
    if (!value) return Error(Code::kUnprocessable, stream_.name + ": " + which + " has no " + name);
    unit.values["parent." + name] = *value;
  }
  const std::string& id = record[field_indexes_.front()]->text;
  if (id.empty() || id.size() > kMaxIdBytes) {
    return Error(Code::kUnprocessable,
                 stream_.name + ": " + which + " has an id that is empty or over 200 bytes");
  }
  // Ids need not differ between partitions, or between the parents of parents.
  std::string above = PartitionPath(unit.values);
  for (const auto& [name, value] : inherited) {
    if (name.starts_with("grandparent.")) above += "/grandparent=" + AsPathPart(value.text);
  }
  unit.key = stream_.name + above + "/parent=" + AsPathPart(id);
  if (stream_.partition_by_parent) {
    unit.path = unit.key;
  } else {
    char prefix[24];
    std::snprintf(prefix, sizeof prefix, "%06zu-", plan.number);
    unit.prefix = prefix;
  }
  return unit;
}

Status StreamRunner::ReadAll(const std::vector<Plan>& plans, StreamResult& result, const OnPage& on_page) {
  const auto count = static_cast<int64_t>(plans.size());
  // Where there are several units, they are what is read side by side.
  const int64_t within = count == 1 ? frame_.options.connections : 1;
  std::atomic<int64_t> done = 0;
  const std::function<Result<UnitResult>(int64_t)> make = [&](int64_t index) -> Result<UnitResult> {
    TARN_ASSIGN(Unit unit, BuildUnit(plans[static_cast<size_t>(index)]));
    if (stream_.incremental) unit.cursor = cursors_.Before(unit.key, stream_.incremental->format);
    unit.validators = cursors_.ValidatorsBefore(unit.key);
    UnitReader reader(frame_, std::move(unit), fields_, within);
    auto read = reader.Read([&](double fraction) {
      on_page((static_cast<double>(done) + fraction) / static_cast<double>(count));
    });
    ++done;
    if (!read.ok()) frame_.Halt(read.error());
    return read;
  };
  const std::function<Status(int64_t, UnitResult)> take = [&](int64_t, UnitResult unit_result) -> Status {
    on_page(static_cast<double>(done) / static_cast<double>(count));
    return Take(std::move(unit_result), result);
  };
  const int64_t threads = ThreadsFor(frame_.options.connections);
  const Status status = OrderedParallel<UnitResult>(count, threads, make, take);
  // A unit that was stopped because of another must not hide the reason.
  if (!status.ok()) TARN_TRY(frame_.Check());
  return status;
}

Status StreamRunner::Take(UnitResult unit_result, StreamResult& result) {
  const Unit& unit = unit_result.unit;
  pages_ += unit_result.pages_stored;
  if (unit_result.pages_stored > 0) outcome_.anything_stored = true;
  if (unit_result.problem) {
    AddProblem(*std::move(unit_result.problem));
    return Ok();
  }
  if (unit_result.unchanged) {
    frame_.context.progress.Count("unchanged_streams");
  } else if (unit.prefix.empty()) {
    TARN_TRY(Finish(unit.path, unit_result.pages_stored));
  }
  cursors_.SetValidators(stream_.name, unit.key, unit_result.validators);
  if (unit_result.cursor && unit_result.cursor->last)
    cursors_.Set(stream_.name, unit.key, *unit_result.cursor);
  if (fields_.empty()) return Ok();
  result.parents.push_back(std::move(unit_result.parents));
  result.unit_values.push_back(std::move(unit_result.unit.values));
  return Ok();
}

/// Where only news was asked for and there is none, there is nothing to be complete.
Status StreamRunner::Finish(const std::string& path, int64_t pages) {
  if (stream_.incremental && pages == 0) return Ok();
  outcome_.anything_stored = true;
  return frame_.context.pages.Finish(path);
}

void StreamRunner::AddProblem(Error problem) {
  if (problems_++ < kMaxProblems) outcome_.problems.push_back(std::move(problem));
}

}  // namespace tarn::extract::rest

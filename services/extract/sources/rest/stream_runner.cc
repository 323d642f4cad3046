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

Result<StreamResult> StreamRunner::Run(const StreamResult* parent, const std::vector<JsonPath>& parent_fields,
                                       const OnPage& on_page) {
  StreamResult result;
  result.complete = true;
  if (parent && !parent->complete) {
    AddProblem(Error(Code::kUnprocessable, stream_.name + ": not read, because its parent is not complete"));
    result.complete = false;
    return result;
  }
  std::vector<Unit> units = parent ? UnitsOfParents(*parent, parent_fields) : UnitsOfPartitions();
  const bool share_path = parent && !stream_.partition_by_parent;
  TARN_TRY(ReadAll(std::move(units), result, on_page));
  result.complete = problems_ == 0;
  if (share_path && result.complete) TARN_TRY(Finish(stream_.name, pages_));
  return result;
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

std::vector<Unit> StreamRunner::UnitsOfPartitions() const {
  std::vector<Unit> units;
  const std::vector<std::string> whole = {""};
  for (const std::string& partition : stream_.partitions.empty() ? whole : stream_.partitions) {
    Unit unit = NewUnit();
    if (!partition.empty()) unit.values["partition"] = {partition};
    unit.path += PartitionPath(unit.values);
    unit.key = unit.path;
    units.push_back(std::move(unit));
  }
  return units;
}

std::vector<Unit> StreamRunner::UnitsOfParents(const StreamResult& parent,
                                               const std::vector<JsonPath>& parent_fields) {
  std::vector<size_t> fields;  // where the parent's records have what this stream asks for
  for (const JsonPath& path : stream_.parent->fields) {
    fields.push_back(static_cast<size_t>(std::find(parent_fields.begin(), parent_fields.end(), path) -
                                         parent_fields.begin()));
  }
  std::vector<Unit> units;
  std::unordered_set<std::string> seen;
  size_t number = 0;
  for (size_t i = 0; i < parent.parents.size(); ++i) {
    const TemplateValues inherited = Inherited(parent.unit_values[i]);
    for (const ParentRecord& record : parent.parents[i]) {
      auto unit = UnitOfParent(record, inherited, fields, number++);
      if (!unit.ok()) {
        AddProblem(std::move(unit).error());
      } else if (seen.insert((*unit)->key).second) {
        units.push_back(**std::move(unit));
      }
    }
  }
  return units;
}

Result<std::optional<Unit>> StreamRunner::UnitOfParent(const ParentRecord& record,
                                                       const TemplateValues& inherited,
                                                       const std::vector<size_t>& fields,
                                                       size_t number) const {
  Unit unit = NewUnit();
  unit.values.insert(inherited.begin(), inherited.end());
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto& value = record[fields[i]];
    if (!value) {
      return Error(Code::kUnprocessable, stream_.name + ": record " + std::to_string(number) +
                                             " of its parent has no " + stream_.parent->names[i]);
    }
    unit.values["parent." + stream_.parent->names[i]] = *value;
  }
  const std::string& id = record[fields.front()]->text;
  if (id.empty() || id.size() > kMaxIdBytes) {
    return Error(Code::kUnprocessable, stream_.name + ": record " + std::to_string(number) +
                                           " of its parent has an id that is empty or over 200 bytes");
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
    std::snprintf(prefix, sizeof prefix, "%06zu-", number);
    unit.prefix = prefix;
  }
  return std::optional(std::move(unit));
}

Status StreamRunner::ReadAll(std::vector<Unit> units, StreamResult& result, const OnPage& on_page) {
  const auto count = static_cast<int64_t>(units.size());
  // Where there are several units, they are what is read side by side.
  const int64_t within = count == 1 ? frame_.options.connections : 1;
  if (stream_.incremental) {
    for (Unit& unit : units) unit.cursor = cursors_.Get(unit.key, stream_.incremental->format);
  }
  std::atomic<int64_t> done = 0;
  const std::function<Result<UnitResult>(int64_t)> make = [&](int64_t index) -> Result<UnitResult> {
    UnitReader reader(frame_, units[static_cast<size_t>(index)], fields_, within);
    auto read = reader.Read([&](double fraction) {
      on_page((static_cast<double>(done) + fraction) / static_cast<double>(count));
    });
    ++done;
    if (!read.ok()) frame_.Halt(read.error());
    return read;
  };
  const std::function<Status(int64_t, UnitResult)> take = [&](int64_t index,
                                                              UnitResult unit_result) -> Status {
    on_page(static_cast<double>(done) / static_cast<double>(count));
    return Take(units[static_cast<size_t>(index)], std::move(unit_result), result);
  };
  const Status status = OrderedParallel<UnitResult>(count, frame_.options.connections, make, take);
  // A unit that was stopped because of another must not hide the reason.
  if (!status.ok()) TARN_TRY(frame_.Check());
  return status;
}

Status StreamRunner::Take(const Unit& unit, UnitResult unit_result, StreamResult& result) {
  pages_ += unit_result.pages_stored;
  if (unit_result.pages_stored > 0) outcome_.anything_stored = true;
  result.unit_values.push_back(unit.values);
  result.parents.push_back(std::move(unit_result.parents));
  if (unit_result.problem) {
    AddProblem(*std::move(unit_result.problem));
    return Ok();
  }
  if (unit.prefix.empty()) TARN_TRY(Finish(unit.path, unit_result.pages_stored));
  if (unit_result.cursor && unit_result.cursor->last) cursors_.Set(unit.key, *unit_result.cursor);
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

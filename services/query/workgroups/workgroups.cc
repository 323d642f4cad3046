#include "services/query/workgroups/workgroups.h"

#include "services/query/workgroups/workgroup_file.h"

namespace tarn::query {
namespace {

bool SameEngine(const WorkgroupDefinition& a, const WorkgroupDefinition& b) {
  return a.memory_bytes == b.memory_bytes && a.temp_bytes == b.temp_bytes && a.threads == b.threads;
}

}  // namespace

Result<std::shared_ptr<const Workgroup>> Workgroups::Make(const WorkgroupDefinition& definition) const {
  auto bucket = objects_.EnsureBucket(definition.result_bucket);
  if (!bucket.ok() && bucket.error().code() == Code::kInvalidArgument)
    return Error(bucket.error()).At("/result_bucket");
  if (!bucket.ok()) return bucket.error();
  auto workgroup = std::make_shared<Workgroup>();
  workgroup->definition = definition;
  const auto current = Find(definition.name);
  if (current.ok() && SameEngine((*current)->definition, definition)) {
    workgroup->engine = (*current)->engine;
  } else {
    TARN_ASSIGN(workgroup->engine, make_engine_(definition));
  }
  return std::shared_ptr<const Workgroup>(std::move(workgroup));
}

Status Workgroups::Reload() {
  const std::scoped_lock changing(changes_);
  std::map<std::string, WorkgroupDefinition> definitions = {{primary_.name, primary_}};
  TARN_ASSIGN(const auto stored, stored_.List(primary_));
  for (const auto& definition : stored) definitions.insert_or_assign(definition.name, definition);
  TARN_ASSIGN(const auto of_files, ReadWorkgroupFiles(pipelines_, primary_));
  for (const auto& definition : of_files) definitions.insert_or_assign(definition.name, definition);
  std::map<std::string, std::shared_ptr<const Workgroup>> made;
  for (const auto& [name, definition] : definitions) {
    TARN_ASSIGN(made[name], Make(definition));
  }
  const std::scoped_lock lock(mutex_);
  workgroups_ = std::move(made);
  return Ok();
}

Result<std::shared_ptr<const Workgroup>> Workgroups::Find(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = workgroups_.find(name.empty() ? kPrimaryWorkgroup : name);
  if (found != workgroups_.end()) return found->second;
  std::string names;
  for (const auto& [known, workgroup] : workgroups_) names += (names.empty() ? "" : ", ") + known;
  return Error(Code::kNotFound, "there is no workgroup " + name + "; there are: " + names);
}

std::vector<std::shared_ptr<const Workgroup>> Workgroups::List() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::shared_ptr<const Workgroup>> list;
  for (const auto& [name, workgroup] : workgroups_) list.push_back(workgroup);
  return list;
}

Status Workgroups::CheckChangeable(const std::string& name) const {
  TARN_ASSIGN(const auto current, Find(name));
  if (current->definition.pipeline.empty()) return Ok();
  return Error(Code::kConflict, "workgroup " + name + " is defined by the file workgroups.yaml of pipeline " +
                                    current->definition.pipeline + "; change it there");
}

Status Workgroups::Put(const WorkgroupDefinition& workgroup) {
  TARN_ASSIGN(auto made, Make(workgroup));
  TARN_TRY(stored_.Put(workgroup));
  const std::scoped_lock lock(mutex_);
  workgroups_[workgroup.name] = std::move(made);
  return Ok();
}

Status Workgroups::Create(const WorkgroupDefinition& workgroup) {
  const std::scoped_lock changing(changes_);
  if (Find(workgroup.name).ok())
    return Error(Code::kConflict, "there is a workgroup " + workgroup.name + " already");
  if (List().size() >= kMaxCount)
    return Error(Code::kResourceExhausted, "there are 200 workgroups already; remove one first");
  return Put(workgroup);
}

Status Workgroups::Replace(const WorkgroupDefinition& workgroup) {
  const std::scoped_lock changing(changes_);
  TARN_TRY(CheckChangeable(workgroup.name));
  return Put(workgroup);
}

Status Workgroups::Remove(const std::string& name) {
  const std::scoped_lock changing(changes_);
  if (name == kPrimaryWorkgroup) return Error(Code::kConflict, "the workgroup primary is always there");
  TARN_TRY(CheckChangeable(name));
  TARN_TRY(stored_.Remove(name));
  const std::scoped_lock lock(mutex_);
  workgroups_.erase(name);
  return Ok();
}

}  // namespace tarn::query

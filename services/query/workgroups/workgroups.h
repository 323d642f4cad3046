#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/query/engine/engine.h"
#include "services/query/workgroups/workgroup_definition.h"
#include "services/query/workgroups/workgroup_store.h"

namespace tarn::query {

/// A workgroup at work. Does not change: who holds it keeps its limits and its engine until done.
struct Workgroup {
  WorkgroupDefinition definition;
  std::shared_ptr<Engine> engine;
};

/// The workgroups there are: `primary`, which is always there, those of pipeline folders, and those that REST
/// made. What a file defines hides what REST made under the same name. Thread-safe.
class Workgroups {
 public:
  using MakeEngine = std::function<Result<std::unique_ptr<Engine>>(const WorkgroupDefinition&)>;
  static constexpr size_t kMaxCount = 200;

  /// `primary` is what the service's flags say; it also gives what other definitions leave out. Call Reload()
  /// first. The references must outlive it.
  Workgroups(WorkgroupDefinition primary, MakeEngine make_engine, WorkgroupStore& stored,
             object_store::ObjectStore& objects, std::filesystem::path pipelines)
      : primary_(std::move(primary)),
        make_engine_(std::move(make_engine)),
        stored_(stored),
        objects_(objects),
        pipelines_(std::move(pipelines)) {}

  /// Reads the files and the store again. Errors: those of the store and of an engine that cannot be opened.
  Status Reload();

  /// An empty name is `primary`. Errors: kNotFound with the names there are.
  Result<std::shared_ptr<const Workgroup>> Find(const std::string& name) const;
  std::vector<std::shared_ptr<const Workgroup>> List() const;

  /// Errors: kConflict if there is one of that name, kResourceExhausted over kMaxCount, kInvalidArgument for
  /// a bucket that cannot be.
  Status Create(const WorkgroupDefinition& workgroup);
  /// Statements that run go on under the old limits. Errors: kNotFound, kConflict for one that a file
  /// defines.
  Status Replace(const WorkgroupDefinition& workgroup);
  /// Errors: kNotFound, kConflict for `primary` and one that a file defines.
  Status Remove(const std::string& name);

  const WorkgroupDefinition& defaults() const { return primary_; }

 private:
  Status CheckChangeable(const std::string& name) const;
  Status Put(const WorkgroupDefinition& workgroup);
  Result<std::shared_ptr<const Workgroup>> Make(const WorkgroupDefinition& definition) const;

  const WorkgroupDefinition primary_;
  const MakeEngine make_engine_;
  WorkgroupStore& stored_;
  object_store::ObjectStore& objects_;
  const std::filesystem::path pipelines_;
  std::mutex changes_;        // held by those who change what there is
  mutable std::mutex mutex_;  // of the map
  std::map<std::string, std::shared_ptr<const Workgroup>> workgroups_;
};

}  // namespace tarn::query

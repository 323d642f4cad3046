#include "services/query/workgroups/workgroup_store.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::query {

const std::string WorkgroupStore::kMigration = R"sql(
  CREATE TABLE workgroups (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL  -- JSON, as REST shows it
  ) WITHOUT ROWID;
)sql";

Result<std::vector<WorkgroupDefinition>> WorkgroupStore::List(const WorkgroupDefinition& defaults) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare("SELECT definition FROM workgroups ORDER BY name"));
  std::vector<WorkgroupDefinition> workgroups;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return workgroups;
    TARN_ASSIGN(const auto definition, json::Parse(query.Text(0)));
    TARN_ASSIGN(auto workgroup, ReadWorkgroup(definition, defaults));
    workgroups.push_back(std::move(workgroup));
  }
}

Status WorkgroupStore::Put(const WorkgroupDefinition& workgroup) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO workgroups (name, definition) VALUES (?, ?)"));
  return insert.Bind(1, workgroup.name).Bind(2, json::Dump(WorkgroupJson(workgroup))).Run();
}

Status WorkgroupStore::Remove(const std::string& name) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM workgroups WHERE name = ?"));
  return remove.Bind(1, name).Run();
}

}  // namespace tarn::query

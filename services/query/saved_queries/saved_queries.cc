#include "services/query/saved_queries/saved_queries.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/text/near_names.h"
#include "services/query/saved_queries/saved_query_file.h"

namespace tarn::query {

const std::string SavedQueries::kMigration = R"sql(
  CREATE TABLE saved_queries (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL  -- JSON, as REST shows it
  ) WITHOUT ROWID;
)sql";

Status SavedQueries::Reload() {
  TARN_ASSIGN(auto read, ReadSavedQueryFiles(pipelines_));
  const std::scoped_lock lock(mutex_);
  of_files_.clear();
  for (auto& query : read) of_files_.emplace(query.name, std::move(query));
  return Ok();
}

Result<std::vector<SavedQuery>> SavedQueries::ListStored(const std::string& after, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query,
              database_.Prepare("SELECT definition FROM saved_queries WHERE name > ? ORDER BY name LIMIT ?"));
  query.Bind(1, after).Bind(2, limit);
  std::vector<SavedQuery> queries;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return queries;
    TARN_ASSIGN(const auto definition, json::Parse(query.Text(0)));
    TARN_ASSIGN(auto read, ReadSavedQuery(definition));
    queries.push_back(std::move(read));
  }
}

Result<std::optional<SavedQuery>> SavedQueries::FindStored(const std::string& name) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare("SELECT definition FROM saved_queries WHERE name = ?"));
  query.Bind(1, name);
  TARN_ASSIGN(const bool found, query.Step());
  if (!found) return std::optional<SavedQuery>();
  TARN_ASSIGN(const auto definition, json::Parse(query.Text(0)));
  TARN_ASSIGN(auto read, ReadSavedQuery(definition));
  return std::optional(std::move(read));
}

Result<SavedQuery> SavedQueries::Find(const std::string& name) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = of_files_.find(name);
    if (found != of_files_.end()) return found->second;
  }
  TARN_ASSIGN(auto stored, FindStored(name));
  if (stored) return std::move(*stored);
  TARN_ASSIGN(const auto all, List("", kMaxCount));
  std::vector<std::string> names;
  for (const auto& query : all) names.push_back(query.name);
  std::string message = "there is no saved query " + name;
  const auto near = text::NearNames(name, names);
  for (size_t i = 0; i < near.size(); ++i) message += (i == 0 ? "; names like it: " : ", ") + near[i];
  return Error(Code::kNotFound, message);
}

Result<std::vector<SavedQuery>> SavedQueries::List(const std::string& after, int64_t limit) {
  TARN_ASSIGN(const auto stored, ListStored(after, limit));
  std::map<std::string, SavedQuery> all;
  for (const auto& query : stored) all.emplace(query.name, query);
  {
    const std::scoped_lock lock(mutex_);
    for (auto query = of_files_.upper_bound(after); query != of_files_.end(); ++query)
      all.insert_or_assign(query->first, query->second);
  }
  std::vector<SavedQuery> list;
  for (auto& [name, query] : all) {
    if (static_cast<int64_t>(list.size()) < limit) list.push_back(std::move(query));
  }
  return list;
}

Status SavedQueries::CheckChangeable(const std::string& name) {
  TARN_ASSIGN(const auto current, Find(name));
  if (current.file.empty()) return Ok();
  return Error(Code::kConflict,
               "saved query " + name + " is defined by the file " + current.file + "; change it there");
}

Status SavedQueries::Put(const SavedQuery& query) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO saved_queries (name, definition) VALUES (?, ?)"));
  return insert.Bind(1, query.name).Bind(2, json::Dump(SavedQueryJson(query))).Run();
}

Status SavedQueries::Create(const SavedQuery& query) {
  const std::scoped_lock changing(changes_);
  const auto known = Find(query.name);
  if (known.ok()) return Error(Code::kConflict, "there is a saved query " + query.name + " already");
  if (known.error().code() != Code::kNotFound) return known.error();
  TARN_ASSIGN(const auto all, ListStored("", kMaxCount));
  if (static_cast<int64_t>(all.size()) >= kMaxCount)
    return Error(Code::kResourceExhausted, "there are 10000 saved queries already; remove one first");
  return Put(query);
}

Status SavedQueries::Replace(const SavedQuery& query) {
  const std::scoped_lock changing(changes_);
  TARN_TRY(CheckChangeable(query.name));
  return Put(query);
}

Status SavedQueries::Remove(const std::string& name) {
  const std::scoped_lock changing(changes_);
  TARN_TRY(CheckChangeable(name));
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM saved_queries WHERE name = ?"));
  return remove.Bind(1, name).Run();
}

}  // namespace tarn::query

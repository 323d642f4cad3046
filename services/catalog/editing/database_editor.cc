#include "services/catalog/editing/database_editor.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/editing/patch_members.h"
#include "services/catalog/overlay/edits_json.h"

namespace tarn::catalog {
namespace {

Error NoSuchDatabase(const std::string& name) {
  return Error(Code::kNotFound, "there is no such database: " + name);
}

Status Merge(const nlohmann::json& patch, DatabaseEdits* edits) {
  json::ObjectReader reader(patch);
  for (const auto& [member, text] :
       {std::pair("description", &edits->description), std::pair("location", &edits->location)}) {
    const auto* value = TakeMember(reader, patch, member);
    if (!value) continue;
    TARN_ASSIGN(const auto read, ReadText(*value, std::string("/") + member, kMaxDescriptionBytes));
    *text = read.value_or("");
  }
  if (const auto* value = TakeMember(reader, patch, "parameters"); value && value->is_null()) {
    edits->parameters.clear();
  } else if (value) {
    TARN_ASSIGN(const auto parameters, ReadParameters(*value, "/parameters"));
    TARN_TRY(PatchParameters(parameters, &edits->parameters));
  }
  return reader.Finish();
}

}  // namespace

Result<std::optional<DatabaseEdits>> DatabaseEditor::Read(sqlite::Database& database,
                                                          const std::string& name) {
  const auto lock = database.Lock();
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT revision, description, location, parameters FROM databases "
                               "WHERE name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name).Step());
  if (!found) return std::optional<DatabaseEdits>();
  DatabaseEdits edits{select.Integer(0), select.Text(1), select.Text(2), {}};
  TARN_ASSIGN(edits.parameters, LoadParameters(select.Text(3)));
  return std::optional(std::move(edits));
}

Result<DatabaseEdits> DatabaseEditor::Get(const std::string& name) {
  TARN_ASSIGN(auto edits, Read(reader_, name));
  if (!edits) return NoSuchDatabase(name);
  return std::move(*edits);
}

Status DatabaseEditor::Write(const std::string& name, const DatabaseEdits& edits) {
  TARN_ASSIGN(auto update,
              writer_.Prepare("UPDATE databases SET revision = ?, description = ?, location = ?, "
                              "parameters = ? WHERE name = ?"));
  update.Bind(1, edits.revision).Bind(2, edits.description).Bind(3, edits.location);
  return update.Bind(4, StoreParameters(edits.parameters)).Bind(5, name).Run();
}

Result<bool> DatabaseEditor::Change(const std::string& name, const nlohmann::json& patch,
                                    const Precondition& condition, const Author& author, bool may_create) {
  bool created = false;
  DatabaseEdits alone;  // a patch that no database could take is refused whatever its name
  TARN_TRY(Merge(patch, &alone));
  TARN_TRY(writer_.Transact([&]() -> Status {
    TARN_ASSIGN(auto edits, Read(writer_, name));
    if (!edits && !may_create) return NoSuchDatabase(name);
    TARN_TRY(condition.Check(edits ? edits->revision : 0));
    created = !edits;
    if (created) {
      TARN_TRY(CheckName(name, "path", true));
      TARN_ASSIGN(auto insert, writer_.Prepare("INSERT INTO databases (name, created_at) VALUES (?, ?)"));
      TARN_TRY(insert.Bind(1, name).Bind(2, ToUnixMillis(author.time)).Run());
      edits.emplace();
      edits->revision = 0;
    }
    TARN_TRY(Merge(patch, &*edits));
    ++edits->revision;
    return Write(name, *edits);
  }));
  return created;
}

Result<bool> DatabaseEditor::Put(const std::string& name, const nlohmann::json& patch,
                                 const Precondition& condition, const Author& author) {
  return Change(name, patch, condition, author, true);
}

Status DatabaseEditor::Patch(const std::string& name, const nlohmann::json& patch,
                             const Precondition& condition, const Author& author) {
  const auto changed = Change(name, patch, condition, author, false);
  return changed.ok() ? Ok() : Status(changed.error());
}

Status DatabaseEditor::Delete(const std::string& name, const Precondition& condition) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const auto edits, Read(writer_, name));
    if (!edits) return NoSuchDatabase(name);
    TARN_TRY(condition.Check(edits->revision));
    TARN_ASSIGN(auto used, writer_.Prepare("SELECT EXISTS (SELECT 1 FROM tables WHERE database = ?1) OR "
                                           "EXISTS (SELECT 1 FROM views WHERE database = ?1)"));
    TARN_TRY(used.Bind(1, name).Step());
    if (used.Integer(0) != 0) {
      return Error(Code::kConflict, "the database has tables or views; delete them first: " + name);
    }
    for (const char* sql :
         {"DELETE FROM tags WHERE database = ?", "DELETE FROM dropped_tables WHERE database = ?",
          "DELETE FROM databases WHERE name = ?"}) {
      TARN_ASSIGN(auto remove, writer_.Prepare(sql));
      TARN_TRY(remove.Bind(1, name).Run());
    }
    return Ok();
  });
}

}  // namespace tarn::catalog

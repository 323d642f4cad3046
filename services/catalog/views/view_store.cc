#include "services/catalog/views/view_store.h"

#include "services/catalog/views/view_json.h"

namespace tarn::catalog {
namespace {

constexpr const char* kColumns =
    "database, name, version, dialect, sql, columns, comment, owner, created_at, updated_at, updated_by";

Result<View> ReadRow(const sqlite::Statement& row) {
  View view;
  view.name = {row.Text(0), row.Text(1)};
  view.version = row.Integer(2);
  view.dialect = row.Text(3);
  view.sql = row.Text(4);
  TARN_ASSIGN(view.columns, LoadViewColumns(row.Text(5)));
  view.comment = row.Text(6);
  view.owner = row.Text(7);
  view.created_at = FromUnixMillis(row.Integer(8));
  view.updated_at = FromUnixMillis(row.Integer(9));
  view.updated_by = row.Text(10);
  return view;
}

Result<std::optional<View>> FindIn(sqlite::Database& database, const TableName& name) {
  const auto lock = database.Lock();
  TARN_ASSIGN(auto select, database.Prepare(std::string("SELECT ") + kColumns +
                                            " FROM views WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name.database).Bind(2, name.table).Step());
  if (!found) return std::optional<View>();
  TARN_ASSIGN(View view, ReadRow(select));
  return std::optional(std::move(view));
}

Result<bool> Exists(sqlite::Database& database, const char* sql, const std::string& first,
                    const std::string& second = "") {
  TARN_ASSIGN(auto select, database.Prepare(sql));
  select.Bind(1, first);
  if (!second.empty()) select.Bind(2, second);
  return select.Step();
}

}  // namespace

Result<std::vector<View>> ViewStore::List(const std::string& database, const std::string& after,
                                          int64_t limit) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(const bool known, Exists(reader_, "SELECT 1 FROM databases WHERE name = ?", database));
  if (!known) return Error(Code::kNotFound, "there is no such database: " + database);
  TARN_ASSIGN(auto select,
              reader_.Prepare(std::string("SELECT ") + kColumns +
                              " FROM views WHERE database = ? AND name > ? ORDER BY name LIMIT ?"));
  select.Bind(1, database).Bind(2, after).Bind(3, limit);
  std::vector<View> views;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return views;
    TARN_ASSIGN(View view, ReadRow(select));
    views.push_back(std::move(view));
  }
}

Result<std::optional<View>> ViewStore::Find(const TableName& name) { return FindIn(reader_, name); }

Result<bool> ViewStore::Put(View view, const Precondition& condition, const Author& author) {
  bool created = false;
  const int64_t now = ToUnixMillis(author.time);
  TARN_TRY(writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const auto before, FindIn(writer_, view.name));
    created = !before;
    TARN_TRY(condition.Check(before ? before->version : 0));
    TARN_ASSIGN(const bool is_table, Exists(writer_, "SELECT 1 FROM tables WHERE database = ? AND name = ?",
                                            view.name.database, view.name.table));
    if (is_table) return Error(Code::kConflict, "there is a table of that name: " + view.name.table);
    TARN_ASSIGN(auto database, writer_.Prepare("INSERT INTO databases (name, created_at) VALUES (?, ?) "
                                               "ON CONFLICT DO NOTHING"));
    TARN_TRY(database.Bind(1, view.name.database).Bind(2, now).Run());
    TARN_ASSIGN(auto put,
                writer_.Prepare(
                    "INSERT INTO views (database, name, version, dialect, sql, columns, comment, owner, "
                    "created_at, updated_at, updated_by) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9) "
                    "ON CONFLICT DO UPDATE SET version = version + 1, dialect = ?3, sql = ?4, "
                    "columns = ?5, comment = ?6, owner = ?7, updated_at = ?8, updated_by = ?9"));
    put.Bind(1, view.name.database).Bind(2, view.name.table).Bind(3, view.dialect).Bind(4, view.sql);
    put.Bind(5, StoreViewColumns(view.columns)).Bind(6, view.comment).Bind(7, view.owner);
    return put.Bind(8, now).Bind(9, author.name).Run();
  }));
  return created;
}

Status ViewStore::Delete(const TableName& name, const Precondition& condition) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const auto view, FindIn(writer_, name));
    if (!view) return Error(Code::kNotFound, "there is no such view: " + name.database + "." + name.table);
    TARN_TRY(condition.Check(view->version));
    for (const char* sql : {"DELETE FROM tags WHERE database = ? AND item = ?",
                            "DELETE FROM views WHERE database = ? AND name = ?"}) {
      TARN_ASSIGN(auto remove, writer_.Prepare(sql));
      TARN_TRY(remove.Bind(1, name.database).Bind(2, name.table).Run());
    }
    return Ok();
  });
}

}  // namespace tarn::catalog

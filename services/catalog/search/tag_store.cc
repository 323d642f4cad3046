#include "services/catalog/search/tag_store.h"

#include "common/text/lower_case.h"
#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {
namespace {

Error NotThere(const std::string& what) { return Error(Code::kNotFound, "there is no such " + what); }

Result<int64_t> ColumnId(const std::string& schema, const std::string& name) {
  if (name.empty()) return int64_t{0};
  TARN_ASSIGN(const auto columns, LoadColumns(schema.empty() ? "[]" : schema));
  for (const Column& column : columns) {
    if (text::LowerCase(column.name) == text::LowerCase(name)) return column.id;
  }
  return NotThere("column: " + name);
}

// The id of the item's column, 0 if it is none.
Result<int64_t> CheckItem(sqlite::Database& database, const TaggedItem& item) {
  if (!item.table.empty()) {
    TARN_ASSIGN(auto select, database.Prepare("SELECT schema FROM tables WHERE database = ? AND name = ?"));
    TARN_ASSIGN(const bool found, select.Bind(1, item.database).Bind(2, item.table).Step());
    if (!found) return NotThere("table: " + item.database + "." + item.table);
    return ColumnId(select.Text(0), item.column);
  }
  const bool is_view = !item.view.empty();
  TARN_ASSIGN(auto select, database.Prepare(is_view ? "SELECT 1 FROM views WHERE database = ? AND name = ?"
                                                    : "SELECT 1 FROM databases WHERE name = ?"));
  select.Bind(1, item.database);
  if (is_view) select.Bind(2, item.view);
  TARN_ASSIGN(const bool found, select.Step());
  if (!found)
    return NotThere(is_view ? "view: " + item.database + "." + item.view : "database: " + item.database);
  return int64_t{0};
}

sqlite::Statement& BindItem(sqlite::Statement& statement, const TaggedItem& item, int64_t column_id) {
  return statement.Bind(1, item.database)
      .Bind(2, item.table.empty() ? item.view : item.table)
      .Bind(3, column_id);
}

constexpr const char* kSameItem = " WHERE database = ?1 AND item = ?2 AND column_id = ?3";

}  // namespace

Result<Tags> TagStore::Get(const TaggedItem& item) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(const int64_t column_id, CheckItem(reader_, item));
  TARN_ASSIGN(auto select, reader_.Prepare(std::string("SELECT key, value FROM tags") + kSameItem));
  BindItem(select, item, column_id);
  Tags tags;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return tags;
    tags[select.Text(0)] = select.Text(1);
  }
}

Status TagStore::Put(const TaggedItem& item, const std::string& key, const std::string& value) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const int64_t column_id, CheckItem(writer_, item));
    TARN_ASSIGN(auto put,
                writer_.Prepare("INSERT INTO tags (database, item, column_id, key, value) "
                                "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET value = ?5"));
    TARN_TRY(BindItem(put, item, column_id).Bind(4, key).Bind(5, value).Run());
    TARN_ASSIGN(auto count, writer_.Prepare(std::string("SELECT count(*) FROM tags") + kSameItem));
    TARN_TRY(BindItem(count, item, column_id).Step());
    if (count.Integer(0) <= kMaxTags) return Ok();
    return Error(Code::kTooLarge, "at most " + std::to_string(kMaxTags) + " tags; delete one first");
  });
}

Status TagStore::Delete(const TaggedItem& item, const std::string& key) {
  return writer_.Transact([&]() -> Status {
    TARN_ASSIGN(const int64_t column_id, CheckItem(writer_, item));
    // How many went is counted before the triggers run: Changes() would be theirs.
    TARN_ASSIGN(auto select,
                writer_.Prepare(std::string("SELECT 1 FROM tags") + kSameItem + " AND key = ?4"));
    TARN_ASSIGN(const bool found, BindItem(select, item, column_id).Bind(4, key).Step());
    if (!found) return NotThere("tag: " + key);
    TARN_ASSIGN(auto remove, writer_.Prepare(std::string("DELETE FROM tags") + kSameItem + " AND key = ?4"));
    return BindItem(remove, item, column_id).Bind(4, key).Run();
  });
}

Result<TableTags> TagStore::OfTable(const std::string& database, const std::string& table) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(auto schema, reader_.Prepare("SELECT schema FROM tables WHERE database = ? AND name = ?"));
  TARN_ASSIGN(const bool found, schema.Bind(1, database).Bind(2, table).Step());
  if (!found) return NotThere("table: " + database + "." + table);
  const std::string stored = schema.Text(0);
  TARN_ASSIGN(const auto columns, LoadColumns(stored.empty() ? "[]" : stored));
  std::map<int64_t, std::string> names;
  for (const Column& column : columns) names[column.id] = column.name;
  TARN_ASSIGN(auto select,
              reader_.Prepare("SELECT column_id, key, value FROM tags WHERE database = ? AND item = ?"));
  select.Bind(1, database).Bind(2, table);
  TableTags tags;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return tags;
    const int64_t id = select.Integer(0);
    if (id == 0) tags.table[select.Text(1)] = select.Text(2);
    // Tags of a column that is gone wait for it.
    if (names.contains(id)) tags.columns[names[id]][select.Text(1)] = select.Text(2);
  }
}

}  // namespace tarn::catalog

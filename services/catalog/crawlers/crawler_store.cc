#include "services/catalog/crawlers/crawler_store.h"

namespace tarn::catalog {
namespace {

std::optional<int64_t> MillisOf(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToUnixMillis(*time)) : std::nullopt;
}

}  // namespace

Result<std::vector<StoredDefinition>> CrawlerStore::Definitions() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT name, body, created_at, updated_at FROM crawlers ORDER BY name"));
  std::vector<StoredDefinition> definitions;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return definitions;
    definitions.push_back({select.Text(0), select.Text(1), FromUnixMillis(select.Integer(2)),
                           FromUnixMillis(select.Integer(3))});
  }
}

Status CrawlerStore::SaveDefinition(const StoredDefinition& definition) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto insert, database_.Prepare("INSERT OR REPLACE INTO crawlers (name, body, created_at, "
                                             "updated_at) VALUES (?, ?, ?, ?)"));
  insert.Bind(1, definition.name).Bind(2, definition.body);
  return insert.Bind(3, ToUnixMillis(definition.created_at))
      .Bind(4, ToUnixMillis(definition.updated_at))
      .Run();
}

Status CrawlerStore::RemoveDefinition(const std::string& name) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM crawlers WHERE name = ?"));
  return remove.Bind(1, name).Run();
}

Result<CrawlerState> CrawlerStore::State(const std::string& name) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT definition, paused_at, timing, anchor, handled FROM "
                                             "crawler_states WHERE name = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, name).Step());
  CrawlerState state;
  if (!found) return state;
  state.definition = select.Text(0);
  if (const auto paused_at = select.OptionalInteger(1)) state.paused_at = FromUnixMillis(*paused_at);
  state.timing = select.Text(2);
  state.anchor = FromUnixMillis(select.Integer(3));
  state.handled = FromUnixMillis(select.Integer(4));
  return state;
}

Status CrawlerStore::SaveDefinitionState(const std::string& name, const std::string& definition) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto upsert, database_.Prepare("INSERT INTO crawler_states (name, definition) VALUES (?1, ?2) "
                                             "ON CONFLICT DO UPDATE SET definition = ?2"));
  return upsert.Bind(1, name).Bind(2, definition).Run();
}

Status CrawlerStore::SavePause(const std::string& name, std::optional<Timestamp> paused_at) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto upsert, database_.Prepare("INSERT INTO crawler_states (name, paused_at) VALUES (?1, ?2) "
                                             "ON CONFLICT DO UPDATE SET paused_at = ?2"));
  return upsert.Bind(1, name).Bind(2, MillisOf(paused_at)).Run();
}

Status CrawlerStore::SaveTiming(const std::string& name, const CrawlerState& state) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto upsert,
              database_.Prepare("INSERT INTO crawler_states (name, timing, anchor, handled) VALUES (?1, ?2, "
                                "?3, ?4) ON CONFLICT DO UPDATE SET timing = ?2, anchor = ?3, handled = ?4"));
  upsert.Bind(1, name).Bind(2, state.timing).Bind(3, ToUnixMillis(state.anchor));
  return upsert.Bind(4, ToUnixMillis(state.handled)).Run();
}

Result<std::vector<NamedFolder>> CrawlerStore::Folders(const std::string& crawler) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT location, database, table_name FROM crawler_folders "
                                             "WHERE crawler = ? ORDER BY location"));
  select.Bind(1, crawler);
  std::vector<NamedFolder> folders;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return folders;
    folders.push_back({select.Text(0), {select.Text(1), select.Text(2)}});
  }
}

Status CrawlerStore::SaveFolders(const std::string& crawler, const std::vector<NamedFolder>& folders,
                                 bool replace) {
  const auto lock = database_.Lock();
  if (replace) {
    TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM crawler_folders WHERE crawler = ?"));
    TARN_TRY(remove.Bind(1, crawler).Run());
  }
  for (const NamedFolder& folder : folders) {
    TARN_ASSIGN(auto insert, database_.Prepare("INSERT OR REPLACE INTO crawler_folders (crawler, location, "
                                               "database, table_name) VALUES (?, ?, ?, ?)"));
    insert.Bind(1, crawler).Bind(2, folder.location).Bind(3, folder.table.database);
    TARN_TRY(insert.Bind(4, folder.table.table).Run());
  }
  return Ok();
}

}  // namespace tarn::catalog

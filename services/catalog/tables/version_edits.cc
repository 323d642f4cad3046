#include "services/catalog/tables/version_edits.h"

#include "services/catalog/overlay/edits_json.h"

namespace tarn::catalog {

Result<TableEdits> ReadEditsAt(sqlite::Database& database, int64_t table_id, int64_t version) {
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT edits FROM versions WHERE table_id = ? AND version <= ? AND "
                               "edits IS NOT NULL ORDER BY version DESC LIMIT 1"));
  TARN_ASSIGN(const bool found, select.Bind(1, table_id).Bind(2, version).Step());
  return found ? LoadEdits(select.Text(0)) : TableEdits();
}

Status WriteEdits(sqlite::Database& database, TableState& table, const TableEdits& edits,
                  const std::optional<VersionEdit>& edit) {
  const std::string stored = StoreEdits(edits);
  TARN_ASSIGN(auto keep, database.Prepare("UPDATE tables SET edits = ? WHERE id = ?"));
  TARN_TRY(keep.Bind(1, stored).Bind(2, table.id).Run());
  TARN_ASSIGN(auto sign, database.Prepare("UPDATE versions SET edits = ?, edited_by = ?, edit = ? "
                                          "WHERE table_id = ? AND version = ?"));
  sign.Bind(1, stored).Bind(2, edit ? std::optional(edit->by) : std::nullopt);
  sign.Bind(3, edit ? std::optional(edit->patch) : std::nullopt).Bind(4, table.id).Bind(5, table.version);
  TARN_TRY(sign.Run());
  table.edits = edits;
  return Ok();
}

}  // namespace tarn::catalog

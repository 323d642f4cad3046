#include "services/catalog/tables/layout_reader.h"

#include <algorithm>

#include "services/catalog/evolution/change_words.h"
#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {
namespace {

constexpr size_t kShownFiles = 3;

// Rows of id, body and number of files.
Result<std::vector<LayoutUse>> ReadUses(sqlite::Statement& select) {
  std::vector<LayoutUse> uses;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return uses;
    TARN_ASSIGN(FileLayout layout, LoadLayout(select.Text(1)));
    uses.push_back(
        {select.Integer(0), std::make_shared<const FileLayout>(std::move(layout)), select.Integer(2)});
  }
}

// A few files of a layout, those of `version`.
Status AddKeys(sqlite::Database& database, int64_t layout_id, int64_t version,
               std::vector<std::string>* keys) {
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT bucket || '/' || key FROM files WHERE layout_id = ?1 AND "
                               "from_version <= ?2 AND (to_version IS NULL OR to_version > ?2) LIMIT ?3"));
  select.Bind(1, layout_id).Bind(2, version).Bind(3, static_cast<int64_t>(kShownFiles - keys->size()));
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return Ok();
    keys->push_back(select.Text(0));
  }
}

bool MayHaveSides(SchemaChange::Kind kind) {
  using Kind = SchemaChange::Kind;
  return kind == Kind::kTypeChanged || kind == Kind::kTypeWidened || kind == Kind::kTypeNarrowed;
}

}  // namespace

Result<std::vector<LayoutUse>> ReadLiveLayouts(sqlite::Database& database, int64_t table_id) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT id, body, live_files FROM layouts WHERE table_id = ? "
                                            "AND live_files > 0 ORDER BY id"));
  select.Bind(1, table_id);
  return ReadUses(select);
}

Result<std::vector<LayoutUse>> ReadLayouts(sqlite::Database& database, int64_t table_id, int64_t version) {
  TARN_ASSIGN(
      auto select,
      database.Prepare("SELECT l.id, l.body, count(*) FROM files f JOIN layouts l ON l.id = f.layout_id "
                       "WHERE f.table_id = ?1 AND f.from_version <= ?2 "
                       "AND (f.to_version IS NULL OR f.to_version > ?2) GROUP BY l.id ORDER BY l.id"));
  select.Bind(1, table_id).Bind(2, version);
  return ReadUses(select);
}

Result<std::vector<TypeSide>> ReadSides(sqlite::Database& database, const Column& column,
                                        const std::vector<LayoutUse>& layouts, int64_t version) {
  std::vector<TypeSide> sides;
  for (const ColumnSource& source : SourcesOf(column, layouts)) {
    TypeSide side{source.type, source.files, {}};
    for (const int64_t layout : source.layouts) {
      if (side.keys.size() < kShownFiles) TARN_TRY(AddKeys(database, layout, version, &side.keys));
    }
    sides.push_back(std::move(side));
  }
  return sides;
}

Status Explain(sqlite::Database& database, const std::vector<Column>& columns,
               const std::vector<LayoutUse>& layouts, int64_t version, std::vector<SchemaChange>* changes) {
  for (SchemaChange& change : *changes) {
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& candidate) {
      return candidate.name == change.column;
    });
    if (MayHaveSides(change.kind) && column != columns.end()) {
      TARN_ASSIGN(change.sides, ReadSides(database, *column, layouts, version));
      // Where files are gone, the others say nothing about it.
      const bool narrowed = change.kind == SchemaChange::Kind::kTypeNarrowed;
      if (narrowed && std::none_of(change.sides.begin(), change.sides.end(), HasUnknownParts))
        change.sides.clear();
    }
    change.words = InWords(change);
  }
  return Ok();
}

}  // namespace tarn::catalog

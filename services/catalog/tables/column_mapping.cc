#include "services/catalog/tables/column_mapping.h"

#include <optional>
#include <string>
#include <unordered_map>

#include "services/catalog/evolution/schema_merge.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

using Positions = std::unordered_map<std::string, size_t>;

std::optional<size_t> Find(const Positions& positions, const std::string& name) {
  const auto found = positions.find(FoldCase(name));
  return found == positions.end() ? std::nullopt : std::optional(found->second);
}

std::optional<size_t> FindColumn(const Positions& positions, const Column& column) {
  if (column.file_names.empty()) return Find(positions, column.name);
  for (const std::string& name : column.file_names) {
    if (const auto found = Find(positions, name)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::vector<MappedColumn> MapColumns(const std::vector<Column>& schema, const FileLayout& layout) {
  Positions positions;
  for (size_t i = 0; i < layout.columns.size(); ++i) positions.emplace(FoldCase(layout.columns[i].name), i);
  std::vector<MappedColumn> mapped;
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema[i].partition_key) continue;
    const auto found = FindColumn(positions, schema[i]);
    // A column in conflict is NULL in the file's rows.
    if (found && Fits(schema[i], layout.columns[*found].type)) mapped.push_back({i, *found});
  }
  return mapped;
}

}  // namespace tarn::catalog

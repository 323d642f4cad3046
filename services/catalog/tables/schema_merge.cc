#include "services/catalog/tables/schema_merge.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "services/catalog/tables/column_mapping.h"

namespace tarn::catalog {
std::string FoldCase(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::vector<std::string> ColumnsInFile(const std::vector<Column>& schema, const FileLayout& layout) {
  std::vector<std::string> names;
  for (const MappedColumn& mapped : MapColumns(schema, layout)) names.push_back(schema[mapped.column].name);
  return names;
}

std::vector<std::string> FileColumnNames(const std::vector<Column>& schema, const FileLayout& layout) {
  std::unordered_map<std::string, std::string> spelling;
  for (const Column& column : schema) {
    if (!column.partition_key) spelling.emplace(FoldCase(column.name), column.name);
  }
  std::vector<std::string> names;
  for (const Column& column : layout.columns) {
    const auto known = spelling.find(FoldCase(column.name));
    names.push_back(known == spelling.end() ? column.name : known->second);
  }
  return names;
}

std::vector<std::string> PartitionValues(const std::vector<Column>& schema,
                                         const std::vector<PartitionValue>& values) {
  std::vector<std::string> ordered;
  for (const Column& column : schema) {
    if (!column.partition_key) continue;
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const PartitionValue& value) { return value.key == column.name; });
    ordered.push_back(found == values.end() ? kNullPartition : found->value);
  }
  return ordered;
}

}  // namespace tarn::catalog

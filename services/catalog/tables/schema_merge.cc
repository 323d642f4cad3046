#include "services/catalog/tables/schema_merge.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "services/catalog/tables/column_types.h"

namespace tarn::catalog {
namespace {

// Columns in order of first appearance, found by name without case.
class MergedColumns {
 public:
  void Add(const Column& column, bool partition_key) {
    const auto [position, inserted] = positions_.try_emplace(FoldCase(column.name), columns_.size());
    if (inserted) {
      columns_.push_back({column.name, column.type, partition_key});
      return;
    }
    Column& merged = columns_[position->second];
    merged.type = partition_key ? CommonPartitionType(merged.type, column.type)
                                : WidestCommonType(merged.type, column.type);
  }

  bool Has(const std::string& name) const { return positions_.contains(FoldCase(name)); }
  const std::vector<Column>& columns() const { return columns_; }

 private:
  // Partition values are numbers or dates only if all of them are: a key never widens but to text.
  static std::string CommonPartitionType(const std::string& a, const std::string& b) {
    if (a == b || b == kUnknownType) return a;
    return a == kUnknownType ? b : "VARCHAR";
  }

  std::vector<Column> columns_;
  std::unordered_map<std::string, size_t> positions_;
};

}  // namespace

std::string FoldCase(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::vector<Column> MergeSchemas(const std::vector<std::shared_ptr<const FileLayout>>& layouts) {
  MergedColumns data, keys;
  for (const auto& layout : layouts) {
    for (const Column& column : layout->partition) keys.Add(column, true);
  }
  for (const auto& layout : layouts) {
    for (const Column& column : layout->columns) {
      if (!keys.Has(column.name)) data.Add(column, false);
    }
  }
  std::vector<Column> schema = data.columns();
  schema.insert(schema.end(), keys.columns().begin(), keys.columns().end());
  for (Column& column : schema) {
    if (column.type == kUnknownType) column.type = "VARCHAR";
  }
  return schema;
}

std::vector<std::string> ColumnsInFile(const std::vector<Column>& schema, const FileLayout& layout) {
  std::unordered_set<std::string> in_file;
  for (const Column& column : layout.columns) in_file.insert(FoldCase(column.name));
  std::vector<std::string> names;
  for (const Column& column : schema) {
    if (!column.partition_key && in_file.contains(FoldCase(column.name))) names.push_back(column.name);
  }
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

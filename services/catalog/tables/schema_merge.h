#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Lower-cases ASCII letters: how column names compare.
std::string FoldCase(std::string_view name);

/// Returns the names of `schema`'s columns, as it spells them, that files of `layout` have inside, in the
/// schema's order.
std::vector<std::string> ColumnsInFile(const std::vector<Column>& schema, const FileLayout& layout);

/// Returns all columns of the file in its own order, spelled as in `schema` where they are part of it.
std::vector<std::string> FileColumnNames(const std::vector<Column>& schema, const FileLayout& layout);

/// Returns a file's values of `schema`'s partition keys in order; kNullPartition for those its path lacks.
std::vector<std::string> PartitionValues(const std::vector<Column>& schema,
                                         const std::vector<PartitionValue>& values);

}  // namespace tarn::catalog

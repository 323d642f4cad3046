#pragma once

#include <cstddef>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// A column of a table in files of one layout.
struct MappedColumn {
  size_t column = 0;       ///< its place in the table's schema
  size_t file_column = 0;  ///< its place in FileLayout::columns
};

/// Returns which columns of `schema` files of `layout` have inside, in the schema's order. Names compare without case;
/// a column that was renamed is found under the names that files know it by.
std::vector<MappedColumn> MapColumns(const std::vector<Column>& schema, const FileLayout& layout);

}  // namespace tarn::catalog

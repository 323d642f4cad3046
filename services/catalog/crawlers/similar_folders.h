#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// The names of columns, without case: what makes two files similar.
using ColumnNames = std::set<std::string>;
ColumnNames NamesOf(const std::vector<Column>& columns);

/// How much two schemas have in common: of all their columns, how many of 100 stand in both (Dice's measure:
/// twice the common ones by the sum of both).
int64_t Similarity(const ColumnNames& first, const ColumnNames& second);

/// A folder that has data files, and all columns of these.
struct FolderColumns {
  std::vector<std::string> folders;  ///< below the target
  ColumnNames columns;
};

/// Chooses which folders are tables, by mode `similar`: from the target downwards, the first folder below
/// which all files are similar is one. A folder with `key=value` folders in it is one in any case. `roots`
/// are folders that are tables already: nothing at, above or below them becomes one. Returns for each of
/// `folders` the number of its folders that lead to its table; -1 for one whose files lie beside the folders
/// that are tables.
std::vector<int64_t> GroupSimilar(const std::vector<FolderColumns>& folders,
                                  const std::vector<std::vector<std::string>>& roots, int64_t similarity);

}  // namespace tarn::catalog

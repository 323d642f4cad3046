#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/catalog/evolution/schema_policy.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// A layout and how many files have it.
struct LayoutUse {
  int64_t id = 0;
  std::shared_ptr<const FileLayout> layout;
  int64_t files = 0;
};

/// The schema of a table as its files give it.
struct SchemaMerge {
  std::vector<Column> columns;  ///< with ids; partition keys last
  int64_t next_column_id = 1;   ///< above all ids that the table ever gave
  std::vector<size_t>
      conflicts{};  ///< places of the columns that some files have in a type that does not fit
};

/// Merges the layouts of a table's files, in the order of their first appearance, into a schema. Columns
/// match by name without case, or by the names that `previous` says files know them by (Column::file_names);
/// and by Column::field_id if all columns of all files have one, none stands twice in a file, no name has two
/// of them, and all names of one have types with a common one that is not text. Then a column is called as
/// the newest layout calls it, and its other names follow in file_names. Those that `previous` has keep their
/// id and stand in its order, new ones come behind, partition keys last. A partition key hides a file's own
/// column of that name; its type is that of its values, or text if they differ.
///
/// Types are merged (type_merge.h). Where there is no common type but text, kNewVersion makes the column
/// text; the other policies keep its type (or leave it text, if it is) and count it among the conflicts. A
/// column without any value is VARCHAR, with kUnknownType as its found_type. Names are as the files spell
/// them: a person's edits are laid over the result.
SchemaMerge MergeSchemas(const std::vector<LayoutUse>& layouts, const std::vector<Column>& previous,
                         int64_t next_column_id, IncompatiblePolicy policy);

/// What files give for a column, whatever a person made of it.
const std::string& FoundType(const Column& column);

/// Whether a file's column of this type can be read as `column`. One that cannot is NULL in the file's rows.
bool Fits(const Column& column, const std::string& file_type);

/// A column of a file that does not fit its table.
struct Misfit {
  std::string column;
  std::string table_type;
  std::string file_type;
};
std::optional<Misfit> FindMisfit(const std::vector<Column>& columns, const FileLayout& layout);

/// Which of the layouts have `column`, by the type they have it in, the most frequent first. In each, the
/// layouts' ids.
struct ColumnSource {
  std::string type;
  int64_t files = 0;
  std::vector<int64_t> layouts;
};
std::vector<ColumnSource> SourcesOf(const Column& column, const std::vector<LayoutUse>& layouts);

}  // namespace tarn::catalog

#include "services/catalog/evolution/schema_merge.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "common/text/lower_case.h"
#include "services/catalog/evolution/type_merge.h"
#include "services/catalog/types/type_parser.h"

namespace tarn::catalog {
namespace {

// Calls `use` with each name that files know the column by, in lower case.
template <class Use>
void ForEachName(const Column& column, const Use& use) {
  if (column.file_names.empty()) use(text::LowerCase(column.name));
  for (const std::string& name : column.file_names) use(text::LowerCase(name));
}

// Whether the writers' numbers tell columns better than their names do. Where a name has two numbers, or a
// number two names with types that have nothing in common, they were given by position (older versions of
// Arrow do so), or used again.
bool HasFieldIds(const std::vector<LayoutUse>& layouts) {
  std::unordered_map<std::string, int64_t> ids;
  std::unordered_map<int64_t, const Column*> first;
  for (const LayoutUse& use : layouts) {
    std::unordered_set<int64_t> in_file;
    for (const Column& column : use.layout->columns) {
      if (column.field_id < 0 || !in_file.insert(column.field_id).second) return false;
      const auto [known, is_new] = ids.emplace(text::LowerCase(column.name), column.field_id);
      if (!is_new && known->second != column.field_id) return false;
      const Column& same = *first.emplace(column.field_id, &column).first->second;
      if (is_new && !MergeTypes(same.type, column.type).compatible) return false;
    }
  }
  return true;
}

// One column as the layouts seen so far give it.
struct Growing {
  Column column;
  std::vector<std::string> names{};  // that differ in more than case, the newest last
  DataType type;
  std::unordered_set<std::string> seen;  // types that are merged already
  size_t previous = SIZE_MAX;            // its place in the previous schema
  size_t appeared = 0;
  bool was_text = false;  // for want of another common type
};

// Columns found by the names that files use.
class GrowingColumns {
 public:
  // `by_field_id`: columns of other names may be the same.
  GrowingColumns(const std::vector<Column>& previous, bool widen_to_text, bool by_field_id = false)
      : previous_(previous), widen_to_text_(widen_to_text), by_field_id_(by_field_id) {
    for (size_t i = 0; i < previous.size(); ++i)
      ForEachName(previous[i], [&](std::string name) { known_.emplace(std::move(name), i); });
  }

  void AddData(const Column& column) {
    Growing& growing = Find(column);
    AddName(column.name, growing.names);
    if (!growing.seen.insert(column.type).second) return;
    const auto type = ParseType(column.type);
    // A type that Tarn has no word for is read as text.
    TypeMerge merged = MergeTypes(growing.type, type.ok() ? *type : ScalarType(TypeKind::kVarchar));
    if (!merged.compatible && !widen_to_text_) {
      if (!growing.was_text) return;
      merged.type = ScalarType(TypeKind::kVarchar);
    }
    growing.type = std::move(merged.type);
  }

  // Partition values are numbers or dates only if all of them are: a key never widens but to text.
  void AddKey(const Column& column) {
    Growing& growing = Find(column);
    growing.column.partition_key = true;
    if (!growing.seen.insert(column.type).second || column.type == kUnknownType) return;
    const auto type = ParseType(column.type);
    const bool first = growing.type.kind == TypeKind::kNull;
    growing.type = first && type.ok() ? *type : ScalarType(TypeKind::kVarchar);
  }

  // Of partition keys.
  bool Has(const std::string& name) const { return places_.contains(Identity(Column{name, ""})); }

  std::vector<Column> Finish(int64_t* next_column_id) {
    const auto before = [](const Growing& a, const Growing& b) {
      return a.previous != b.previous ? a.previous < b.previous : a.appeared < b.appeared;
    };
    std::stable_sort(columns_.begin(), columns_.end(), before);
    std::vector<Column> finished;
    for (Growing& growing : columns_) {
      Column& column = growing.column;
      if (growing.type.kind == TypeKind::kNull) column.found_type = kUnknownType;
      column.type = WithoutUnknowns(growing.type);
      if (column.id == 0) column.id = (*next_column_id)++;
      if (growing.names.size() > 1) {
        column.file_names = InOrder(growing);
        column.name = column.file_names[0];
      }
      finished.push_back(std::move(column));
    }
    return finished;
  }

 private:
  // The newest first; but where names alone tell columns, a column keeps the one that it had.
  std::vector<std::string> InOrder(const Growing& growing) const {
    std::vector<std::string> names(growing.names.rbegin(), growing.names.rend());
    if (by_field_id_ || growing.previous == SIZE_MAX) return names;
    const Column& previous = previous_[growing.previous];
    const std::string& before = previous.file_names.empty() ? previous.name : previous.file_names[0];
    std::stable_partition(names.begin(), names.end(), [&](const std::string& name) {
      return text::LowerCase(name) == text::LowerCase(before);
    });
    return names;
  }

  static void AddName(const std::string& name, std::vector<std::string>& names) {
    const auto same = [&](const std::string& other) {
      return text::LowerCase(other) == text::LowerCase(name);
    };
    if (names.empty() || std::none_of(names.begin(), names.end(), same)) {
      names.push_back(name);
      return;
    }
    // The newest stands last, as it was first spelled.
    const auto known = std::find_if(names.begin(), names.end(), same);
    std::rotate(known, known + 1, names.end());
  }

  // Of what files have for one column, always the same.
  std::string Identity(const Column& column) const {
    if (by_field_id_) return std::to_string(column.field_id);
    const std::string folded = text::LowerCase(column.name);
    const auto known = known_.find(folded);
    return known == known_.end() ? folded : '\n' + std::to_string(known->second);
  }

  Growing& Find(const Column& column) {
    const std::string identity = Identity(column);
    const auto [place, added] = places_.try_emplace(identity, columns_.size());
    if (!added) {
      TakePrevious(column.name, columns_[place->second]);
      return columns_[place->second];
    }
    Growing& growing = columns_.emplace_back();
    growing.column.name = column.name;
    growing.appeared = place->second;
    TakePrevious(column.name, growing);
    return growing;
  }

  // One column of the previous schema becomes one of this.
  void TakePrevious(const std::string& name, Growing& growing) {
    if (growing.previous != SIZE_MAX) return;
    const auto known = known_.find(text::LowerCase(name));
    if (known == known_.end() || !taken_.insert(known->second).second) return;
    const Column& previous = previous_[known->second];
    growing.previous = known->second;
    growing.column.id = previous.id;
    growing.was_text = FoundType(previous) == "VARCHAR";
  }

  const std::vector<Column>& previous_;
  const bool widen_to_text_;
  const bool by_field_id_;
  std::unordered_set<size_t> taken_;                // of `previous_`
  std::unordered_map<std::string, size_t> known_;   // by the names of `previous_`
  std::unordered_map<std::string, size_t> places_;  // by identity, in columns_ until they are sorted
  std::vector<Growing> columns_;
};

std::unordered_map<std::string, size_t> PlacesByName(const std::vector<Column>& columns) {
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].partition_key) places.emplace(text::LowerCase(columns[i].name), i);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].partition_key) continue;
    ForEachName(columns[i], [&](std::string name) { places.emplace(std::move(name), i); });
  }
  return places;
}

// Places of the columns that files of the layouts have in a type that does not fit.
std::vector<size_t> FindConflicts(const std::vector<Column>& columns, const std::vector<LayoutUse>& layouts) {
  const auto places = PlacesByName(columns);
  std::unordered_set<std::string> looked_at;
  std::vector<size_t> conflicts;
  for (const LayoutUse& use : layouts) {
    for (const Column& column : use.layout->columns) {
      const auto place = places.find(text::LowerCase(column.name));
      if (place == places.end()) continue;
      if (!looked_at.insert(std::to_string(place->second) + ' ' + column.type).second) continue;
      if (!Fits(columns[place->second], column.type)) conflicts.push_back(place->second);
    }
  }
  std::sort(conflicts.begin(), conflicts.end());
  conflicts.erase(std::unique(conflicts.begin(), conflicts.end()), conflicts.end());
  return conflicts;
}

}  // namespace

SchemaMerge MergeSchemas(const std::vector<LayoutUse>& layouts, const std::vector<Column>& previous,
                         int64_t next_column_id, IncompatiblePolicy policy) {
  const bool widen_to_text = policy == IncompatiblePolicy::kNewVersion;
  GrowingColumns keys(previous, widen_to_text), data(previous, widen_to_text, HasFieldIds(layouts));
  for (const LayoutUse& use : layouts) {
    for (const Column& column : use.layout->partition) keys.AddKey(column);
  }
  for (const LayoutUse& use : layouts) {
    for (const Column& column : use.layout->columns) {
      if (!keys.Has(column.name)) data.AddData(column);
    }
  }
  SchemaMerge merge;
  merge.next_column_id = next_column_id;
  merge.columns = data.Finish(&merge.next_column_id);
  for (Column& key : keys.Finish(&merge.next_column_id)) merge.columns.push_back(std::move(key));
  if (!widen_to_text) merge.conflicts = FindConflicts(merge.columns, layouts);
  return merge;
}

const std::string& FoundType(const Column& column) {
  return column.found_type.empty() ? column.type : column.found_type;
}

bool Fits(const Column& column, const std::string& file_type) {
  return column.found_type == kUnknownType || CanBeReadAs(file_type, FoundType(column));
}

std::optional<Misfit> FindMisfit(const std::vector<Column>& columns, const FileLayout& layout) {
  const auto places = PlacesByName(columns);
  for (const Column& column : layout.columns) {
    const auto place = places.find(text::LowerCase(column.name));
    if (place == places.end()) continue;
    const Column& in_table = columns[place->second];
    if (!Fits(in_table, column.type)) return Misfit{in_table.name, FoundType(in_table), column.type};
  }
  return std::nullopt;
}

std::vector<ColumnSource> SourcesOf(const Column& column, const std::vector<LayoutUse>& layouts) {
  std::unordered_set<std::string> names;
  ForEachName(column, [&](std::string name) { names.insert(std::move(name)); });
  std::vector<ColumnSource> sources;
  for (const LayoutUse& use : layouts) {
    const std::vector<Column>& columns = column.partition_key ? use.layout->partition : use.layout->columns;
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& candidate) {
      return names.contains(text::LowerCase(candidate.name));
    });
    if (found == columns.end()) continue;
    auto source = std::find_if(sources.begin(), sources.end(),
                               [&](const ColumnSource& known) { return known.type == found->type; });
    if (source == sources.end()) source = sources.insert(sources.end(), {found->type, 0, {}});
    source->files += use.files;
    source->layouts.push_back(use.id);
  }
  std::stable_sort(sources.begin(), sources.end(),
                   [](const ColumnSource& a, const ColumnSource& b) { return a.files > b.files; });
  return sources;
}

}  // namespace tarn::catalog

#include "services/catalog/evolution/schema_diff.h"

#include <algorithm>
#include <unordered_map>

#include "common/text/lower_case.h"
#include "services/catalog/evolution/schema_merge.h"
#include "services/catalog/evolution/type_merge.h"

namespace tarn::catalog {
namespace {

using Kind = SchemaChange::Kind;

// For each column of `to` the place of the same column in `from`, SIZE_MAX for a new one.
std::vector<size_t> MatchColumns(const std::vector<Column>& from, const std::vector<Column>& to) {
  std::unordered_map<int64_t, size_t> by_id;
  std::unordered_map<std::string, size_t> by_name;
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i].id != 0) by_id.emplace(from[i].id, i);
    by_name.emplace(text::LowerCase(from[i].name), i);
  }
  std::vector<size_t> matches;
  for (const Column& column : to) {
    size_t match = SIZE_MAX;
    if (const auto found = by_id.find(column.id); column.id != 0 && found != by_id.end())
      match = found->second;
    const auto named = by_name.find(text::LowerCase(column.name));
    const bool comparable = named != by_name.end() && (column.id == 0 || from[named->second].id == 0);
    if (match == SIZE_MAX && comparable) match = named->second;
    matches.push_back(match);
  }
  return matches;
}

Kind KindOfRetyping(const Column& from, const Column& to) {
  // Whoever had no value has none that does not fit.
  if (from.found_type == kUnknownType) return Kind::kTypeWidened;
  const TypeTextMerge merged = MergeTypes(from.type, to.type);
  if (merged.type == from.type) return Kind::kTypeNarrowed;
  return merged.compatible && merged.type == to.type ? Kind::kTypeWidened : Kind::kTypeChanged;
}

SchemaChange Change(Kind kind, const Column& column, std::string from, std::string to) {
  return {kind, column.name, std::move(from), std::move(to), {}, {}};
}

void CompareColumns(const Column& from, const Column& to, std::vector<SchemaChange>* changes) {
  if (from.name != to.name) changes->push_back(Change(Kind::kColumnRenamed, to, from.name, to.name));
  if (from.partition_key != to.partition_key) {
    const Kind kind = to.partition_key ? Kind::kPartitionKeyAdded : Kind::kPartitionKeyDropped;
    changes->push_back(Change(kind, to, from.type, to.type));
  } else if (from.type != to.type) {
    changes->push_back(Change(KindOfRetyping(from, to), to, from.type, to.type));
  }
  if (from.comment != to.comment)
    changes->push_back(Change(Kind::kCommentChanged, to, from.comment, to.comment));
}

// The members of the longest increasing run of `places` stay where they are; the others have moved.
std::vector<bool> Moved(const std::vector<size_t>& places) {
  std::vector<size_t> tails, before(places.size(), SIZE_MAX);  // indexes of the last member of the best runs
  for (size_t i = 0; i < places.size(); ++i) {
    const auto tail = std::lower_bound(tails.begin(), tails.end(), places[i],
                                       [&](size_t index, size_t place) { return places[index] < place; });
    if (tail != tails.begin()) before[i] = *(tail - 1);
    if (tail == tails.end())
      tails.push_back(i);
    else
      *tail = i;
  }
  std::vector<bool> moved(places.size(), true);
  for (size_t i = tails.empty() ? SIZE_MAX : tails.back(); i != SIZE_MAX; i = before[i]) moved[i] = false;
  return moved;
}

// Places count among the columns that both schemas have, from 1 on.
void CompareOrder(const std::vector<Column>& to, const std::vector<size_t>& matches,
                  std::vector<SchemaChange>* changes) {
  std::vector<size_t> places, columns;
  for (size_t i = 0; i < to.size(); ++i) {
    if (matches[i] == SIZE_MAX || to[i].partition_key) continue;
    places.push_back(matches[i]);
    columns.push_back(i);
  }
  const std::vector<bool> moved = Moved(places);
  for (size_t i = 0; i < places.size(); ++i) {
    if (!moved[i]) continue;
    const auto rank = std::count_if(places.begin(), places.end(), [&](size_t p) { return p < places[i]; });
    changes->push_back(
        Change(Kind::kColumnMoved, to[columns[i]], std::to_string(rank + 1), std::to_string(i + 1)));
  }
}

}  // namespace

std::vector<SchemaChange> DiffSchemas(const std::vector<Column>& from, const std::vector<Column>& to) {
  const std::vector<size_t> matches = MatchColumns(from, to);
  std::vector<bool> kept(from.size());
  for (const size_t match : matches) {
    if (match != SIZE_MAX) kept[match] = true;
  }
  std::vector<SchemaChange> changes;
  for (size_t i = 0; i < from.size(); ++i) {
    const Kind kind = from[i].partition_key ? Kind::kPartitionKeyDropped : Kind::kColumnDropped;
    if (!kept[i]) changes.push_back(Change(kind, from[i], from[i].type, ""));
  }
  for (size_t i = 0; i < to.size(); ++i) {
    if (matches[i] != SIZE_MAX) CompareColumns(from[matches[i]], to[i], &changes);
  }
  for (size_t i = 0; i < to.size(); ++i) {
    const Kind kind = to[i].partition_key ? Kind::kPartitionKeyAdded : Kind::kColumnAdded;
    if (matches[i] == SIZE_MAX) changes.push_back(Change(kind, to[i], "", to[i].type));
  }
  CompareOrder(to, matches, &changes);
  return changes;
}

}  // namespace tarn::catalog

#include "services/catalog/crawlers/candidate.h"

#include <algorithm>

#include "services/catalog/crawlers/key_names.h"
#include "services/catalog/crawlers/partition_values.h"

namespace tarn::catalog {
namespace {

bool IsExcluded(const CrawlTarget& target, std::string_view path) {
  return std::any_of(target.exclude.begin(), target.exclude.end(),
                     [&](const Glob& glob) { return glob.Matches(path); });
}

// What a target is called: its last folder, or its bucket.
std::string_view TargetName(const CrawlTarget& target) {
  std::string_view prefix = target.prefix;
  if (prefix.empty()) return target.bucket;
  prefix.remove_suffix(1);
  const size_t slash = prefix.rfind('/');
  return slash == std::string_view::npos ? prefix : prefix.substr(slash + 1);
}

// The number of folders down to the table, by mode `level`.
size_t FoldersByLevel(const CrawlerDefinition& definition, const Candidate& candidate) {
  const auto level = static_cast<size_t>(definition.grouping.level);
  if (definition.partitions.style == PartitionRules::Style::kNone) return level;
  const auto& folders = candidate.folders;
  const auto hive = std::find_if(folders.begin(), folders.end(), IsHiveFolder);
  if (hive == folders.end()) return level;
  return std::min(level, static_cast<size_t>(hive - folders.begin()));
}

}  // namespace

const char* SkipReasonName(SkipReason reason) {
  switch (reason) {
    case SkipReason::kExcluded:
      return "excluded";
    case SkipReason::kHidden:
      return "hidden";
    case SkipReason::kMarker:
      return "marker";
    case SkipReason::kNoFormat:
      return "no_format";
    case SkipReason::kBesideFolders:
      return "beside_folders";
  }
  return "excluded";
}

const char* SkipReasonText(SkipReason reason) {
  switch (reason) {
    case SkipReason::kExcluded:
      return "left out by a pattern of the crawler";
    case SkipReason::kHidden:
      return "hidden or temporary: a name begins with . or _, or ends as those of unfinished files do";
    case SkipReason::kMarker:
      return "empty, or a marker of a folder";
    case SkipReason::kNoFormat:
      return "the name does not end like that of a data file (.parquet, .csv, .json, ...)";
    case SkipReason::kBesideFolders:
      return "beside or above the folders that are tables";
  }
  return "";
}

std::variant<Candidate, SkipReason> Consider(const CrawlerDefinition& definition, const CrawlTarget& target,
                                             std::string_view key, uint64_t size_bytes) {
  const std::string_view path = key.substr(target.prefix.size());
  if (path.empty() || path.ends_with('/') || size_bytes == 0) return SkipReason::kMarker;
  if (IsExcluded(target, path)) return SkipReason::kExcluded;
  Candidate candidate{&target, PathSegments(path), {}, {}};
  const auto& segments = candidate.folders;
  if (std::any_of(segments.begin(), segments.end(),
                  [](std::string_view segment) { return segment.empty() || IsHiddenName(segment); }))
    return SkipReason::kHidden;
  candidate.file = candidate.folders.back();
  candidate.folders.pop_back();
  candidate.format = FormatOfName(candidate.file);
  if (!candidate.format && definition.classifiers.empty()) return SkipReason::kNoFormat;
  const bool by_key = definition.grouping.mode != Grouping::Mode::kSimilar;
  if (by_key && !PlaceOf(definition, candidate)) return SkipReason::kBesideFolders;
  return candidate;
}

std::optional<TablePlace> PlaceOf(const CrawlerDefinition& definition, const Candidate& candidate) {
  const Grouping& grouping = definition.grouping;
  if (grouping.mode != Grouping::Mode::kLevel) return PlaceAt(definition, candidate, 0);
  const size_t folders = FoldersByLevel(definition, candidate);
  const bool names_database_only =
      grouping.database_level > 0 && folders <= static_cast<size_t>(grouping.database_level);
  if (candidate.folders.size() < folders || names_database_only) return std::nullopt;
  return PlaceAt(definition, candidate, folders);
}

TablePlace PlaceAt(const CrawlerDefinition& definition, const Candidate& candidate, size_t folders) {
  const Grouping& grouping = definition.grouping;
  TablePlace place{candidate.target->bucket, candidate.target->prefix, definition.database, "", folders};
  for (size_t i = 0; i < folders; ++i) {
    place.prefix.append(candidate.folders[i]);
    place.prefix += '/';
  }
  if (grouping.database_level > 0)
    place.database = TableNamePart(candidate.folders[static_cast<size_t>(grouping.database_level) - 1]);
  const std::string_view folder =
      folders > 0 ? candidate.folders[folders - 1] : TargetName(*candidate.target);
  place.name = grouping.table.empty() ? TableNamePart(folder) : grouping.table;
  return place;
}

}  // namespace tarn::catalog

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/catalog/crawlers/crawler_definition.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Why an object of a target is no data file of a table.
enum class SkipReason {
  kExcluded,      ///< by a pattern of the definition
  kHidden,        ///< it, or a folder above it, is hidden or temporary
  kMarker,        ///< it is empty or stands for a folder
  kNoFormat,      ///< its name does not say that it holds a table
  kBesideFolders  ///< it lies above the folders that are tables
};
inline constexpr SkipReason kSkipReasons[] = {SkipReason::kExcluded, SkipReason::kHidden, SkipReason::kMarker,
                                              SkipReason::kNoFormat, SkipReason::kBesideFolders};
const char* SkipReasonName(SkipReason reason);  ///< "excluded", "beside_folders", ...
const char* SkipReasonText(SkipReason reason);  ///< for people

/// An object that may be a data file of a table. Views are of the key that it was made of.
struct Candidate {
  const CrawlTarget* target = nullptr;
  std::vector<std::string_view> folders;  ///< below the target
  std::string_view file;
  std::optional<FileFormat> format;  ///< none: one of the crawler's classifiers may know it
};

/// Looks at key and size of an object that belongs to a target of the definition.
std::variant<Candidate, SkipReason> Consider(const CrawlerDefinition& definition, const CrawlTarget& target,
                                             std::string_view key, uint64_t size_bytes);

/// The folder whose files make up a table.
struct TablePlace {
  std::string bucket;
  std::string prefix;    ///< of its files' keys; ends with '/' unless empty
  std::string database;  ///< by the definition or the folders
  std::string name;      ///< that the folder asks for, without the crawler's prefix
  size_t folders = 0;    ///< how many of a candidate's folders lead to it

  std::string Location() const { return bucket + "/" + prefix; }
};

/// Finds the table of a candidate by the grouping's modes `level` and `single`. Nothing if it lies beside the
/// folders that are tables. A folder `key=value` is never a table: then the one above it is.
std::optional<TablePlace> PlaceOf(const CrawlerDefinition& definition, const Candidate& candidate);

/// The table at the first `folders` folders of a candidate: what mode `similar` chooses from.
TablePlace PlaceAt(const CrawlerDefinition& definition, const Candidate& candidate, size_t folders);

}  // namespace tarn::catalog

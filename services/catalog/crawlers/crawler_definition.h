#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/schedule/schedule.h"
#include "services/catalog/crawlers/glob.h"
#include "services/catalog/inference/classifiers/classifier.h"
#include "services/catalog/tables/table_change.h"

namespace tarn::catalog {

/// A folder that is crawled, with all below it.
struct CrawlTarget {
  std::string bucket;
  std::string prefix;         ///< empty: the whole bucket; else ends with '/'
  std::vector<Glob> exclude;  ///< over what follows the prefix in a key
};

/// Which files make up one table.
struct Grouping {
  enum class Mode {
    kLevel,    ///< each folder `level` folders below a target is one
    kSimilar,  ///< the highest folders whose files have similar columns
    kSingle,   ///< each target is one, or all targets are the one named `table`
  } mode = Mode::kLevel;
  int64_t level = 1;           ///< kLevel: 1 is the folder right below the target
  int64_t database_level = 0;  ///< kLevel: the folder that names the database; 0: the definition does
  int64_t similarity = 70;     ///< kSimilar: of two folders' columns, so many of 100 must be common
  std::string table;           ///< kSingle; empty: the last folder of the target, or its bucket
};
const char* GroupingName(Grouping::Mode mode);  ///< "level", "similar", "single"

/// What folders below a table say.
struct PartitionRules {
  enum class Style {
    kHive,        ///< `key=value` is a partition key; other folders only group files
    kPositional,  ///< every folder is one, called as `names` says or partition_0, partition_1 ...
    kNone,        ///< nothing
  } style = Style::kHive;
  std::vector<std::string> names;            ///< kPositional: from the outermost folder on
  std::map<std::string, std::string> types;  ///< by key: BIGINT, DATE or VARCHAR; others' are inferred
};
const char* PartitionStyleName(PartitionRules::Style style);  ///< "hive", "positional", "none"

/// What a run reads again. Crawls of events read what the events are about.
enum class Recrawl {
  kChanged,     ///< objects that are new, or not those that were read
  kEverything,  ///< every object
  kNewFolders,  ///< only those in folders of which nothing is known; nothing is ever removed
};
const char* RecrawlName(Recrawl recrawl);  ///< "changed", "everything", "new_folders"

/// A crawl that would exceed one of these fails before it changes anything.
struct CrawlLimits {
  int64_t files = 1'000'000;             ///< to be read
  int64_t tables = 10'000;               ///< that it is about
  uint64_t bytes = 100'000'000'000'000;  ///< of the files to be read
  std::chrono::milliseconds time = std::chrono::hours(24);
};

const char* IncompatibleName(IncompatiblePolicy policy);  ///< "new_version", "log", "fail", "quarantine_file"
const char* DeletedName(DeletedPolicy policy);            ///< "deprecate", "delete", "keep"

/// What a crawler looks at, and what it makes of it.
struct CrawlerDefinition {
  std::string name;
  std::string description;
  std::string database;  ///< empty if grouping.database_level is set
  std::string table_prefix;
  std::vector<CrawlTarget> targets;
  Grouping grouping;
  PartitionRules partitions;
  Recrawl recrawl = Recrawl::kChanged;
  std::optional<schedule::Schedule> schedule;
  bool on_event = true;
  std::vector<Classifier> classifiers;
  SchemaPolicy schema_change;
  CrawlLimits limits;

  /// The target that an object belongs to: the one with the longest prefix; null if there is none.
  const CrawlTarget* TargetOf(std::string_view bucket, std::string_view key) const;
  /// The bucket of all targets; empty if they have several.
  std::string Bucket() const;
};

/// The definition of the built-in crawler, kDefaultCrawler: `<bucket>/<database>/<table>/...`.
CrawlerDefinition DefaultDefinition(const std::string& bucket);

}  // namespace tarn::catalog

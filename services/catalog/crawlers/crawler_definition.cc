#include "services/catalog/crawlers/crawler_definition.h"

namespace tarn::catalog {

const char* GroupingName(Grouping::Mode mode) {
  switch (mode) {
    case Grouping::Mode::kLevel:
      return "level";
    case Grouping::Mode::kSimilar:
      return "similar";
    case Grouping::Mode::kSingle:
      return "single";
  }
  return "level";
}

const char* PartitionStyleName(PartitionRules::Style style) {
  switch (style) {
    case PartitionRules::Style::kHive:
      return "hive";
    case PartitionRules::Style::kPositional:
      return "positional";
    case PartitionRules::Style::kNone:
      return "none";
  }
  return "hive";
}

const char* RecrawlName(Recrawl recrawl) {
  switch (recrawl) {
    case Recrawl::kChanged:
      return "changed";
    case Recrawl::kEverything:
      return "everything";
    case Recrawl::kNewFolders:
      return "new_folders";
  }
  return "changed";
}

const char* IncompatibleName(IncompatiblePolicy policy) {
  switch (policy) {
    case IncompatiblePolicy::kNewVersion:
      return "new_version";
    case IncompatiblePolicy::kLog:
      return "log";
    case IncompatiblePolicy::kFail:
      return "fail";
    case IncompatiblePolicy::kQuarantineFile:
      return "quarantine_file";
  }
  return "new_version";
}

const char* DeletedName(DeletedPolicy policy) {
  switch (policy) {
    case DeletedPolicy::kDeprecate:
      return "deprecate";
    case DeletedPolicy::kDelete:
      return "delete";
    case DeletedPolicy::kKeep:
      return "keep";
  }
  return "deprecate";
}

const CrawlTarget* CrawlerDefinition::TargetOf(std::string_view bucket, std::string_view key) const {
  const CrawlTarget* best = nullptr;
  for (const CrawlTarget& target : targets) {
    if (target.bucket != bucket || !key.starts_with(target.prefix)) continue;
    if (!best || target.prefix.size() > best->prefix.size()) best = &target;
  }
  return best;
}

std::string CrawlerDefinition::Bucket() const {
  for (const CrawlTarget& target : targets) {
    if (target.bucket != targets.front().bucket) return "";
  }
  return targets.empty() ? "" : targets.front().bucket;
}

CrawlerDefinition DefaultDefinition(const std::string& bucket) {
  CrawlerDefinition definition;
  definition.name = kDefaultCrawler;
  definition.description = "Every folder " + bucket + "/<database>/<table>/ is a table";
  definition.targets = {{bucket, "", {}}};
  definition.grouping.level = 2;
  definition.grouping.database_level = 1;
  return definition;
}

}  // namespace tarn::catalog

#pragma once

#include <string>
#include <vector>

#include "services/catalog/evolution/schema_policy.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// The crawler that needs no definition.
inline constexpr const char* kDefaultCrawler = "default";

/// What a crawl found out about one table. Nothing in it: no new version.
struct TableChange {
  struct Object {
    std::string bucket;
    std::string key;
  };

  TableName name;
  std::vector<DataFile> added;     ///< each replaces the file with its bucket and key, if there is one
  std::vector<Object> removed;     ///< removing what is not there is no error
  std::vector<FailedFile> failed;  ///< taken out of the table and kept on record until the object changes

  std::string crawler = kDefaultCrawler;  ///< whose table it is; another crawler's stays as it is
  SchemaPolicy policy{};
  std::string location{};  ///< "bucket/prefix" that its files stand below; empty: as it was
};

/// What a commit records with every version it makes.
struct CommitContext {
  std::string crawl_id;
  Timestamp time;
  bool asked = false;  ///< the crawl looks at all that is there, not at events: tables that were dropped come back
};

}  // namespace tarn::catalog

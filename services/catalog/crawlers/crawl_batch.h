#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "services/catalog/crawlers/change_set.h"
#include "services/catalog/crawlers/crawl.h"
#include "services/catalog/tables/known_objects.h"

namespace tarn::catalog {

/// One crawl at work.
struct CrawlBatch {
  Crawl& crawl;
  ChangeSet changes{};
  /// By bucket and key: what was known before of the objects that are read.
  std::map<std::pair<std::string, std::string>, KnownObject> known{};
  int64_t sequence = 0;             ///< the event up to which `changes` are complete
  bool everything = false;          ///< read again what was read before
  bool retry_failed = false;        ///< read files again that failed at the same version
  bool regroup = false;             ///< folders get their tables anew
  bool new_definition = false;      ///< it was never crawled as a whole in this form
  std::optional<int64_t> cursor{};  ///< what the commit moves the cursor to
};

}  // namespace tarn::catalog

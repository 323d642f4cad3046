#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "common/time/time.h"
#include "services/catalog/crawlers/table_names.h"

namespace tarn::catalog {

/// A definition that REST made.
struct StoredDefinition {
  std::string name;
  std::string body;  ///< JSON
  Timestamp created_at;
  Timestamp updated_at;
};

/// What has to be remembered of a crawler.
struct CrawlerState {
  std::string definition;  ///< DefinitionState() of what was last crawled as a whole; empty: nothing yet
  std::optional<Timestamp> paused_at;  ///< by a person
  std::string timing;                  ///< Schedule::Timing() that the next two belong to; empty: none
  Timestamp anchor;                    ///< where an interval without a start counts from
  Timestamp handled;                   ///< firings up to here are dealt with
};

/// Keeps crawlers and their states. Thread-safe. Errors of all methods: kUnavailable, kResourceExhausted
/// (disk full), kInternal. Those that write may be called inside a transaction of the same database.
class CrawlerStore {
 public:
  explicit CrawlerStore(sqlite::Database& database) : database_(database) {}

  /// By name.
  Result<std::vector<StoredDefinition>> Definitions();
  Status SaveDefinition(const StoredDefinition& definition);
  Status RemoveDefinition(const std::string& name);

  /// That of a crawler that nobody has heard of is empty.
  Result<CrawlerState> State(const std::string& name);
  Status SaveDefinitionState(const std::string& name, const std::string& definition);
  Status SavePause(const std::string& name, std::optional<Timestamp> paused_at);
  Status SaveTiming(const std::string& name, const CrawlerState& state);

  /// The folders of a crawler that have tables.
  Result<std::vector<NamedFolder>> Folders(const std::string& crawler);
  /// `replace`: forgets all others.
  Status SaveFolders(const std::string& crawler, const std::vector<NamedFolder>& folders, bool replace);

  Status Transact(const std::function<Status()>& work) { return database_.Transact(work); }

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::catalog

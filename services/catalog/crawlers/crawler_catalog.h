#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/crawlers/crawler_definition.h"
#include "services/catalog/crawlers/crawler_store.h"

namespace tarn::catalog {

/// A crawler as somebody defined it.
struct DefinedCrawler {
  enum class Origin { kBuiltIn, kFile, kRest };

  std::string name;
  Origin origin = Origin::kRest;
  std::string file;  ///< below the pipelines folder: "sales/crawler.yaml"
  /// The last form that was in order; null if there never was one.
  std::shared_ptr<const CrawlerDefinition> definition;
  std::optional<Error> error;  ///< what is wrong with the file as it is now
};
const char* OriginName(DefinedCrawler::Origin origin);  ///< "built_in", "file", "rest"

/// All crawlers: the built-in one, those of `<pipelines>/<name>/crawler.yaml`, and those that REST made. A
/// file hides a crawler of REST with the same name. Thread-safe.
class CrawlerCatalog {
 public:
  /// More than these are refused: each has threads of its own.
  static constexpr size_t kMaxCrawlers = 200;

  CrawlerCatalog(CrawlerDefinition built_in, std::filesystem::path pipelines, CrawlerStore& store);

  /// Reads the store, and the files for the first time. Errors: those of the store.
  Status Load();
  /// Reads all files again. A broken file leaves its last good definition in force; a removed one removes its
  /// crawler.
  void Reload();

  /// By name.
  std::vector<DefinedCrawler> List() const;
  /// Errors: kNotFound, with the names that are most like it.
  Result<DefinedCrawler> Get(const std::string& name) const;

  /// Makes or replaces a crawler; true if it is new. Errors: kInvalidArgument with the place in the document;
  /// kConflict for one that is built in or that a file defines; kResourceExhausted for too many; those of the
  /// store.
  Result<bool> Put(const std::string& name, const nlohmann::json& document);
  /// Its tables stay. Errors: kNotFound, kConflict, those of the store.
  Status Remove(const std::string& name);
  /// Removes it as part of a transaction of the same database: `transact` runs what it is given inside of
  /// one, and the crawler stays if it fails. Errors: also those of `transact`.
  using Transact = std::function<Status(const std::function<Status()>& work)>;
  Status RemoveWithin(const std::string& name, const Transact& transact);

 private:
  using Crawlers = std::map<std::string, DefinedCrawler>;

  void LoadFile(const std::string& name, const std::filesystem::path& file, Crawlers& files) const;
  Status CheckChangeable(const std::string& name) const;
  const DefinedCrawler* Find(const std::string& name) const;

  const std::filesystem::path pipelines_;
  CrawlerStore& store_;
  std::mutex changing_;  // one change or reload at a time
  mutable std::mutex mutex_;
  DefinedCrawler built_in_;
  Crawlers files_, rest_;
  std::map<std::string, Timestamp> created_at_;  // of those of REST
};

}  // namespace tarn::catalog

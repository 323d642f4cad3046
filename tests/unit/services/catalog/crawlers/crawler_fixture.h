#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/ids/ulid.h"
#include "common/metrics/registry.h"
#include "common/object_store/local_object_store.h"
#include "services/catalog/crawlers/crawler.h"
#include "services/catalog/crawlers/definition_json.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {

/// Crawlers over a real object store and database in a temporary directory.
class CrawlerFixture {
 public:
  CrawlerFixture() { Reopen(); }

  /// What a restart of the process does to everything in memory.
  void Reopen() {
    crawler.reset();
    store = std::move(object_store::OpenLocalStore({directory / "lake", "catalog"})).value();
    if (const Status made = store->EnsureBucket("transformed"); !made.ok())
      throw std::runtime_error(made.error().message());
    catalog = std::make_unique<CatalogFixture>(directory / "catalog.db");
    crawler = Make(DefaultDefinition("transformed"));
  }

  CrawlerTools Tools() { return ToolsOver(*store); }
  /// With another store in place of the real one, which must outlive the crawlers.
  CrawlerTools ToolsOver(object_store::ObjectStore& other) {
    return {other, *catalog->tables, *catalog->crawls, *catalog->crawlers, metrics, InspectionOptions()};
  }
  std::unique_ptr<Crawler> Make(CrawlerDefinition definition) {
    return std::make_unique<Crawler>(Tools(),
                                     std::make_shared<const CrawlerDefinition>(std::move(definition)));
  }
  /// A crawler "c" of the database "d".
  std::unique_ptr<Crawler> Make(const std::string& yaml) {
    return Make(ReadDefinitionYaml("database: d\n" + yaml, "c").value());
  }

  /// Runs a crawl of all targets.
  Crawl Run(Crawler& of, const std::string& trigger = kByRequest,
            std::optional<Recrawl> recrawl = std::nullopt) {
    Crawl crawl;
    crawl.id = NewUlid();
    crawl.crawler = of.definition().name;
    crawl.trigger = trigger;
    crawl.recrawl = recrawl;
    crawl.created_at = Now();
    if (const Status done = of.Reconcile(crawl); !done.ok()) crawl.error = done.error();
    return crawl;
  }

  /// Puts an object into the bucket "transformed".
  object_store::ObjectInfo Put(const std::string& key, const std::string& content) {
    auto put = store->Put("transformed", key, content);
    return put.value();
  }
  void Delete(const std::string& key) {
    if (const Status deleted = store->Delete("transformed", key); !deleted.ok())
      throw std::runtime_error(deleted.error().message());
  }

  /// Puts several objects in one commit; an empty content deletes.
  void Commit(const std::vector<std::pair<std::string, std::string>>& contents) {
    std::vector<object_store::Change> changes;
    for (const auto& [key, content] : contents) {
      object_store::Change change{"transformed", key, nullptr, {}};
      if (!content.empty()) {
        auto writer = store->Stage();
        if (!writer.value()->Write(content).ok()) throw std::runtime_error("cannot stage");
        change.content = std::move(writer.value()->Finish()).value();
      }
      changes.push_back(std::move(change));
    }
    if (const auto committed = store->Commit(std::move(changes), {}); !committed.ok())
      throw std::runtime_error(committed.error().message());
  }

  object_store::EventPage Events(int64_t after) {
    object_store::EventFilter filter;
    filter.bucket = "transformed";
    return std::move(store->ReadEvents(after, filter)).value();
  }

  int64_t Cursor(const std::string& of = kDefaultCrawler) {
    return catalog->crawls->Cursor(of).value().value_or(0);
  }

  /// Handles the events since the stored cursor, as the consumer would.
  Status CrawlEvents() { return CrawlEvents(*crawler); }
  Status CrawlEvents(Crawler& of) { return of.HandleEvents(Events(Cursor(of.definition().name))); }

  /// "name(columns): key key ..." of each table of a database, by name.
  std::vector<std::string> Tables(const std::string& database = "d") {
    std::vector<std::string> shown;
    const auto tables = catalog->tables->ListTables(database, "", 1000);
    if (!tables.ok()) return shown;
    for (const Table& table : *tables) {
      std::string text = table.name.table + "(";
      for (const Column& column : table.columns)
        text += (text.ends_with('(') ? "" : ", ") + column.name + " " + column.type;
      text += "):";
      const auto files = catalog->tables->ListFiles(table.name, "", 1000);
      for (const DataFile& file : files.value()) text += " " + file.key;
      shown.push_back(std::move(text));
    }
    return shown;
  }

  TableSnapshot Resolve(const std::string& table, const std::string& database = "spotify") {
    auto resolved = catalog->tables->Resolve({{database, table}});
    return resolved.value().at(0).value();
  }

  /// "key: rows" of each file.
  static std::vector<std::string> Files(const TableSnapshot& snapshot) {
    std::vector<std::string> files;
    for (const DataFile& file : snapshot.files) files.push_back(file.key + ": " + std::to_string(file.rows));
    return files;
  }

  /// "name TYPE" of each column.
  static std::vector<std::string> Columns(const TableSnapshot& snapshot) {
    std::vector<std::string> columns;
    for (const Column& column : snapshot.columns)
      columns.push_back(column.name + " " + column.type + (column.partition_key ? ", a key" : ""));
    return columns;
  }

  TempDirectory directory;
  metrics::Registry registry;
  CrawlMetrics metrics{registry};
  std::unique_ptr<object_store::ObjectStore> store;
  std::unique_ptr<CatalogFixture> catalog;
  std::unique_ptr<Crawler> crawler;  ///< the default one
};

}  // namespace tarn::catalog

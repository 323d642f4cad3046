#include "services/catalog/crawlers/crawl_store.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/crawlers/crawl_json.h"

namespace tarn::catalog {
namespace {

Result<Crawl> Read(const std::string& body) {
  TARN_ASSIGN(const auto value, json::Parse(body));
  return CrawlFromJson(value);
}

// The default crawler's is from before there were others.
std::string Consumer(const std::string& crawler) {
  return crawler == kDefaultCrawler ? "events" : "crawler/" + crawler;
}

Result<std::vector<Crawl>> ReadAll(sqlite::Statement& select) {
  std::vector<Crawl> crawls;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return crawls;
    TARN_ASSIGN(Crawl crawl, Read(select.Text(0)));
    crawls.push_back(std::move(crawl));
  }
}

}  // namespace

Status CrawlStore::Save(const Crawl& crawl) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto insert,
      database_.Prepare("INSERT OR REPLACE INTO crawls (id, state, body, crawler) VALUES (?, ?, ?, ?)"));
  insert.Bind(1, crawl.id).Bind(2, CrawlStateName(crawl.state)).Bind(4, crawl.crawler);
  TARN_TRY(insert.Bind(3, json::Dump(CrawlToJson(crawl))).Run());
  TARN_ASSIGN(auto trim,
              database_.Prepare("DELETE FROM crawls WHERE state NOT IN ('queued', 'running') AND id < "
                                "(SELECT id FROM crawls ORDER BY id DESC LIMIT 1 OFFSET ?)"));
  return trim.Bind(1, keep_ - 1).Run();
}

Result<Crawl> CrawlStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT body FROM crawls WHERE id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
  if (!found) return Error(Code::kNotFound, "there is no such crawl: " + id);
  return Read(select.Text(0));
}

Result<std::vector<Crawl>> CrawlStore::List(const std::string& before, int64_t limit,
                                            const std::string& crawler) {
  const auto lock = database_.Lock();
  const std::string of_crawler = crawler.empty() ? "" : "crawler = ?3 AND ";
  TARN_ASSIGN(auto select, database_.Prepare("SELECT body FROM crawls WHERE " + of_crawler +
                                             "(?1 = '' OR id < ?1) ORDER BY id DESC LIMIT ?2"));
  select.Bind(1, before).Bind(2, limit);
  if (!crawler.empty()) select.Bind(3, crawler);
  return ReadAll(select);
}

Result<std::vector<Crawl>> CrawlStore::Unfinished(const std::string& crawler) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT body FROM crawls WHERE state IN ('queued', 'running') "
                                             "AND crawler = ? ORDER BY id"));
  return ReadAll(select.Bind(1, crawler));
}

Result<std::optional<int64_t>> CrawlStore::Cursor(const std::string& crawler) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT sequence FROM cursors WHERE consumer = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, Consumer(crawler)).Step());
  return found ? std::optional(select.Integer(0)) : std::nullopt;
}

Status CrawlStore::MoveCursor(const std::string& crawler, int64_t sequence) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto upsert, database_.Prepare("INSERT INTO cursors (consumer, sequence) VALUES (?2, ?1) "
                                             "ON CONFLICT DO UPDATE SET sequence = max(sequence, ?1)"));
  return upsert.Bind(1, sequence).Bind(2, Consumer(crawler)).Run();
}

}  // namespace tarn::catalog

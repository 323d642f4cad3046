#include "services/catalog/crawlers/crawler_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "common/json/json.h"
#include "services/catalog/crawlers/crawl_json.h"
#include "services/catalog/crawlers/definition_json.h"
#include "services/catalog/inference/deadline.h"
#include "services/catalog/tables/listing.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxKeyBytes = 1024;
// A dry run holds a worker thread; what takes longer is worth a crawl.
constexpr std::chrono::milliseconds kPlanTime = std::chrono::minutes(2);

nlohmann::json ErrorOrNull(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"code", CodeName(error->code())}, {"detail", error->message()}, {"where", error->where()}};
}

nlohmann::json TimeOrNull(const std::optional<Timestamp>& time) {
  return time ? nlohmann::json(FormatRfc3339(*time)) : nlohmann::json(nullptr);
}

void ReadRecrawl(json::ObjectReader& reader, CrawlRequest& request) {
  const auto name = reader.OptionalString("recrawl");
  if (!name) return;
  for (const Recrawl recrawl : {Recrawl::kChanged, Recrawl::kEverything, Recrawl::kNewFolders}) {
    if (*name == RecrawlName(recrawl)) request.recrawl = recrawl;
  }
  if (!request.recrawl) reader.Fail("recrawl", "expected changed, everything or new_folders; got " + *name);
}

Result<CrawlRequest> ReadRequest(http::Request& request) {
  CrawlRequest wanted;
  nlohmann::json body = nlohmann::json::object();
  if (!request.body.empty()) {
    TARN_ASSIGN(body, request.Json());
  }
  json::ObjectReader reader(body);
  wanted.prefix = reader.OptionalString("prefix").value_or("");
  if (wanted.prefix.size() > kMaxKeyBytes)
    reader.Fail("prefix", "longer than a key can be: " + std::to_string(wanted.prefix.size()) + " bytes");
  ReadRecrawl(reader, wanted);
  TARN_TRY(reader.Finish());
  return wanted;
}

Result<http::Response> PlanWith(Crawler& crawler, std::stop_token cancelled) {
  Deadline deadline(kPlanTime, std::move(cancelled));
  const auto planned = crawler.Plan(deadline.token());
  if (!planned.ok() && deadline.passed()) {
    return Error(
        Code::kDeadlineExceeded,
        "the dry run took longer than two minutes: exclude some objects, or look at a smaller target");
  }
  TARN_TRY(planned);
  nlohmann::json body = CrawlToJson(*planned);
  body["dry_run"] = true;
  return http::Response::Json(200, body);
}

}  // namespace

Result<nlohmann::json> CrawlerEndpoints::ToJson(const DefinedCrawler& crawler) {
  TARN_ASSIGN(const CrawlerState state, tools_.crawlers.State(crawler.name));
  TARN_ASSIGN(const auto crawls, tools_.crawls.List("", 1, crawler.name));
  const auto active = active_.Get(crawler.name);
  nlohmann::json value = {
      {"name", crawler.name},
      {"origin", OriginName(crawler.origin)},
      {"file", crawler.file.empty() ? nlohmann::json(nullptr) : nlohmann::json(crawler.file)},
      {"definition", crawler.definition ? DefinitionToJson(*crawler.definition) : nlohmann::json(nullptr)},
      {"error", ErrorOrNull(crawler.error)},
      {"paused_at", TimeOrNull(state.paused_at)},
      {"unfinished_crawls", active.ok() ? (*active)->runner().Unfinished() : 0},
      {"next_run_at", TimeOrNull(active.ok() ? scheduler_.NextRun(**active, Now()) : std::nullopt)},
      {"last_crawl", crawls.empty() ? nlohmann::json(nullptr)
                                    : nlohmann::json{{"id", crawls[0].id},
                                                     {"state", CrawlStateName(crawls[0].state)},
                                                     {"finished_at", TimeOrNull(crawls[0].finished_at)}}}};
  return value;
}

Result<http::Response> CrawlerEndpoints::Shown(const std::string& name, int status) {
  TARN_ASSIGN(const DefinedCrawler crawler, catalog_.Get(name));
  TARN_ASSIGN(const nlohmann::json body, ToJson(crawler));
  return http::Response::Json(status, body);
}

Result<http::Response> CrawlerEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  std::vector<nlohmann::json> crawlers;
  for (const DefinedCrawler& crawler : catalog_.List()) {
    if (!page.after.empty() && crawler.name <= page.after) continue;
    if (static_cast<int64_t>(crawlers.size()) > page.limit) break;
    TARN_ASSIGN(auto value, ToJson(crawler));
    crawlers.push_back(std::move(value));
  }
  return RenderPage(
      std::move(crawlers), page.limit, [](const nlohmann::json& crawler) { return crawler; },
      [](const nlohmann::json& last) { return last.at("name").get<std::string>(); });
}

Result<http::Response> CrawlerEndpoints::Get(http::Request& request) {
  return Shown(request.PathParameter("name"), 200);
}

Result<http::Response> CrawlerEndpoints::Put(http::Request& request) {
  const std::string name = request.PathParameter("name");
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  TARN_ASSIGN(const bool is_new, catalog_.Put(name, body));
  changed_();
  return Shown(name, is_new ? 201 : 200);
}

Result<http::Response> CrawlerEndpoints::Delete(http::Request& request) {
  TARN_TRY(catalog_.Remove(request.PathParameter("name")));
  changed_();
  return http::Response::NoContent();
}

Result<http::Response> CrawlerEndpoints::Pause(http::Request& request) {
  TARN_ASSIGN(const auto crawler, active_.Get(request.PathParameter("name")));
  TARN_TRY(crawler->Pause());
  return Shown(crawler->definition().name, 200);
}

Result<http::Response> CrawlerEndpoints::Resume(http::Request& request) {
  TARN_ASSIGN(const auto crawler, active_.Get(request.PathParameter("name")));
  TARN_TRY(crawler->Resume());
  scheduler_.Wake();
  return Shown(crawler->definition().name, 200);
}

Result<http::Response> CrawlerEndpoints::ListRuns(http::Request& request) {
  const std::string name = request.PathParameter("name");
  TARN_TRY(catalog_.Get(name));
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto crawls, tools_.crawls.List(page.after, page.limit + 1, name));
  return RenderPage(std::move(crawls), page.limit, CrawlToJson, [](const Crawl& last) { return last.id; });
}

Result<http::Response> CrawlerEndpoints::Run(http::Request& request) {
  TARN_ASSIGN(const CrawlRequest wanted, ReadRequest(request));
  TARN_ASSIGN(const auto crawler, active_.Get(request.PathParameter("name")));
  TARN_ASSIGN(const Crawl crawl, crawler->runner().Enqueue(wanted, tools_.crawlers));
  http::Response response = http::Response::Json(202, CrawlToJson(crawl));
  response.headers.Set("Location", "/v1/crawls/" + crawl.id);
  return response;
}

Result<http::Response> CrawlerEndpoints::Plan(http::Request& request) {
  TARN_ASSIGN(const auto crawler, active_.Get(request.PathParameter("name")));
  return PlanWith(crawler->crawler(), request.cancelled);
}

Result<http::Response> CrawlerEndpoints::PlanDefinition(http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  TARN_ASSIGN(CrawlerDefinition definition, ReadDefinition(body, ""));
  if (definition.name == kDefaultCrawler)
    return Error(Code::kConflict, "the crawler is built in and cannot be changed: " + definition.name)
        .At("/name");
  Crawler crawler(tools_, std::make_shared<const CrawlerDefinition>(std::move(definition)));
  return PlanWith(crawler, request.cancelled);
}

}  // namespace tarn::catalog

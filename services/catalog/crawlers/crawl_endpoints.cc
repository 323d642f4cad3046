#include "services/catalog/crawlers/crawl_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/crawlers/crawl_json.h"
#include "services/catalog/tables/listing.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxKeyBytes = 1024;

}  // namespace

Result<http::Response> CrawlEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto crawls, crawls_.List(page.after, page.limit + 1, request.Query("crawler").value_or("")));
  return RenderPage(std::move(crawls), page.limit, CrawlToJson, [](const Crawl& last) { return last.id; });
}

Result<http::Response> CrawlEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const Crawl crawl, crawls_.Get(request.PathParameter("id")));
  return http::Response::Json(200, CrawlToJson(crawl));
}

Result<http::Response> CrawlEndpoints::Create(http::Request& request) {
  nlohmann::json body = nlohmann::json::object();
  if (!request.body.empty()) {
    TARN_ASSIGN(body, request.Json());
  }
  json::ObjectReader reader(body);
  const std::string bucket = reader.OptionalString("bucket").value_or(bucket_);
  const std::string prefix = reader.OptionalString("prefix").value_or("");
  if (bucket != bucket_)
    reader.Fail("bucket", "the default crawler covers the bucket " + bucket_ + " only; got " + bucket);
  if (prefix.size() > kMaxKeyBytes)
    reader.Fail("prefix", "longer than a key can be: " + std::to_string(prefix.size()) + " bytes");
  TARN_TRY(reader.Finish());

  TARN_ASSIGN(const auto crawler, active_.Get(kDefaultCrawler));
  CrawlRequest wanted;
  wanted.prefix = prefix;
  TARN_ASSIGN(const Crawl crawl, crawler->runner().Enqueue(wanted, crawlers_));
  http::Response response = http::Response::Json(202, CrawlToJson(crawl));
  response.headers.Set("Location", "/v1/crawls/" + crawl.id);
  return response;
}

Result<http::Response> CrawlEndpoints::Cancel(http::Request& request) {
  const std::string id = request.PathParameter("id");
  TARN_ASSIGN(const Crawl crawl, crawls_.Get(id));
  const Status cancelled = active_.Cancel(id);
  if (!cancelled.ok() && cancelled.error().code() == Code::kNotFound)
    return Error(Code::kConflict,
                 std::string("the crawl cannot be cancelled: it is ") + CrawlStateName(crawl.state));
  TARN_TRY(cancelled);
  TARN_ASSIGN(const Crawl now, crawls_.Get(id));
  return http::Response::Json(202, CrawlToJson(now));
}

}  // namespace tarn::catalog

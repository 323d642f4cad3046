#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/result/result.h"
#include "services/catalog/crawlers/crawl.h"

namespace tarn::catalog {

/// The crawl as GET /v1/crawls/{id} shows it, which is also how it is stored.
nlohmann::json CrawlToJson(const Crawl& crawl);

/// Reads what CrawlToJson wrote. Errors: kInternal if it is something else.
Result<Crawl> CrawlFromJson(const nlohmann::json& value);

}  // namespace tarn::catalog

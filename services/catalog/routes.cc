#include "services/catalog/routes.h"

#include "common/http/paging.h"

namespace tarn::catalog {
namespace {

// A handler that calls a method of an endpoint class.
template <class Endpoint>
http::Handler Bind(Endpoint& endpoint, Result<http::Response> (Endpoint::*method)(http::Request&)) {
  return [&endpoint, method](http::Request& request) { return (endpoint.*method)(request); };
}

http::RouteOptions Listing() {
  http::RouteOptions options;
  options.query_parameters = http::kPageParameters;
  return options;
}

http::RouteOptions SnapshotQuery() {
  http::RouteOptions options;
  options.query_parameters = {"version", "as_of", "statistics"};
  return options;
}

http::RouteOptions OfVersion() {
  http::RouteOptions options;
  options.query_parameters = {"version", "as_of"};
  return options;
}

http::RouteOptions CrawlListing() {
  http::RouteOptions options = Listing();
  options.query_parameters.push_back("crawler");
  return options;
}

http::RouteOptions ResolveBody() {
  http::RouteOptions options;
  options.body = http::BodyMode::kBuffered;
  options.content_types = {"application/x-protobuf", "application/json"};
  return options;
}

http::RouteOptions InferBody() {
  http::RouteOptions options;
  options.body = http::BodyMode::kStreamed;
  options.body_limit_bytes = InferEndpoint::kMaxBodyBytes;
  options.content_types = {"application/json", "application/octet-stream"};
  options.query_parameters = {"name"};
  return options;
}

}  // namespace

void AddCatalogRoutes(http::Router& router, Endpoints& endpoints, IdempotencyStore& idempotency) {
  DatabaseEndpoints& databases = endpoints.databases;
  router.Get("/v1/databases", Listing(), Bind(databases, &DatabaseEndpoints::List));
  router.Get("/v1/databases/{database}", {}, Bind(databases, &DatabaseEndpoints::Get));

  TableEndpoints& tables = endpoints.tables;
  router.Get("/v1/databases/{database}/tables", Listing(), Bind(tables, &TableEndpoints::List));
  router.Get("/v1/databases/{database}/tables/{table}", OfVersion(), Bind(tables, &TableEndpoints::Get));
  VersionEndpoints& versions = endpoints.versions;
  router.Get("/v1/databases/{database}/tables/{table}/versions", Listing(),
             Bind(versions, &VersionEndpoints::List));
  router.Get("/v1/databases/{database}/tables/{table}/versions/{from}/diff/{to}", {},
             Bind(versions, &VersionEndpoints::Diff));
  router.Post("/v1/databases/{database}/tables/{table}:rollback", http::JsonBody(),
              idempotency.Wrap(Bind(versions, &VersionEndpoints::Rollback)));
  router.Get("/v1/databases/{database}/tables/{table}/files", Listing(),
             Bind(tables, &TableEndpoints::Files));
  router.Get("/v1/databases/{database}/tables/{table}/partitions", Listing(),
             Bind(tables, &TableEndpoints::Partitions));
  router.Get("/v1/databases/{database}/tables/{table}/failed-files", Listing(),
             Bind(tables, &TableEndpoints::FailedFiles));
  router.Get("/v1/databases/{database}/tables/{table}/columns", {},
             Bind(endpoints.columns, &ColumnEndpoint::operator()));
  router.Get("/v1/databases/{database}/tables/{table}/snapshot", SnapshotQuery(),
             Bind(endpoints.snapshot, &SnapshotEndpoint::operator()));
  router.Post("/v1/tables:resolve", ResolveBody(), Bind(endpoints.resolve, &ResolveEndpoint::operator()));

  router.Post("/v1/infer", InferBody(), Bind(endpoints.infer, &InferEndpoint::operator()));

  CrawlEndpoints& crawls = endpoints.crawls;
  router.Get("/v1/crawls", CrawlListing(), Bind(crawls, &CrawlEndpoints::List));
  router.Get("/v1/crawls/{id}", {}, Bind(crawls, &CrawlEndpoints::Get));
  router.Post("/v1/crawls", http::JsonBody(), idempotency.Wrap(Bind(crawls, &CrawlEndpoints::Create)));
  router.Post("/v1/crawls/{id}:cancel", {}, Bind(crawls, &CrawlEndpoints::Cancel));

  CrawlerEndpoints& crawlers = endpoints.crawlers;
  const std::string one = "/v1/crawlers/{name}";
  router.Get("/v1/crawlers", Listing(), Bind(crawlers, &CrawlerEndpoints::List));
  router.Post("/v1/crawlers:plan", http::JsonBody(), Bind(crawlers, &CrawlerEndpoints::PlanDefinition));
  router.Get(one, {}, Bind(crawlers, &CrawlerEndpoints::Get));
  router.Put(one, http::JsonBody(), Bind(crawlers, &CrawlerEndpoints::Put));
  router.Delete(one, {}, Bind(crawlers, &CrawlerEndpoints::Delete));
  router.Post(one + ":plan", {}, Bind(crawlers, &CrawlerEndpoints::Plan));
  router.Post(one + ":pause", {}, Bind(crawlers, &CrawlerEndpoints::Pause));
  router.Post(one + ":resume", {}, Bind(crawlers, &CrawlerEndpoints::Resume));
  router.Get(one + "/runs", Listing(), Bind(crawlers, &CrawlerEndpoints::ListRuns));
  router.Post(one + "/runs", http::JsonBody(), idempotency.Wrap(Bind(crawlers, &CrawlerEndpoints::Run)));
}

}  // namespace tarn::catalog

#include "services/catalog/model_routes.h"

#include "common/http/paging.h"

namespace tarn::catalog {
namespace {

template <class Endpoint>
http::Handler Bind(Endpoint& endpoint, Result<http::Response> (Endpoint::*method)(http::Request&)) {
  return [&endpoint, method](http::Request& request) { return (endpoint.*method)(request); };
}

http::RouteOptions Listing(std::vector<std::string> more = {}) {
  http::RouteOptions options;
  options.query_parameters = http::kPageParameters;
  options.query_parameters.insert(options.query_parameters.end(), more.begin(), more.end());
  return options;
}

http::RouteOptions PatchBody() {
  http::RouteOptions options = http::JsonBody();
  options.content_types = {"application/json", "application/merge-patch+json"};
  return options;
}

void AddTags(http::Router& router, TagEndpoints& tags, const std::string& item) {
  router.Get(item + "/tags", {}, Bind(tags, &TagEndpoints::List));
  router.Put(item + "/tags/{key}", http::JsonBody(), Bind(tags, &TagEndpoints::Put));
  router.Delete(item + "/tags/{key}", {}, Bind(tags, &TagEndpoints::Delete));
}

}  // namespace

void AddModelRoutes(http::Router& router, ModelEndpoints& endpoints) {
  const std::string database = "/v1/databases/{database}";
  EditEndpoints& edits = endpoints.edits;
  router.Put(database, PatchBody(), Bind(edits, &EditEndpoints::PutDatabase));
  router.Patch(database, PatchBody(), Bind(edits, &EditEndpoints::PatchDatabase));
  router.Delete(database, {}, Bind(edits, &EditEndpoints::DeleteDatabase));

  const std::string table = database + "/tables/{table}";
  router.Put(table, http::JsonBody(), Bind(edits, &EditEndpoints::PutTable));
  router.Patch(table, PatchBody(), Bind(edits, &EditEndpoints::PatchTable));
  router.Delete(table, {}, Bind(edits, &EditEndpoints::DeleteTable));
  router.Get(table + "/edits", {}, Bind(edits, &EditEndpoints::Edits));

  ViewEndpoints& views = endpoints.views;
  const std::string view = database + "/views/{view}";
  router.Get(database + "/views", Listing(), Bind(views, &ViewEndpoints::List));
  router.Get(view, {}, Bind(views, &ViewEndpoints::Get));
  router.Put(view, http::JsonBody(), Bind(views, &ViewEndpoints::Put));
  router.Delete(view, {}, Bind(views, &ViewEndpoints::Delete));

  router.Get(table + ":ddl", {}, Bind(endpoints.ddl, &DdlEndpoints::OfTable));
  router.Get(view + ":ddl", {}, Bind(endpoints.ddl, &DdlEndpoints::OfView));

  AddTags(router, endpoints.tags, database);
  AddTags(router, endpoints.tags, table);
  AddTags(router, endpoints.tags, table + "/columns/{column}");
  AddTags(router, endpoints.tags, view);
  router.Get("/v1/search", Listing({"q", "tag", "type"}), Bind(endpoints.search, &SearchEndpoint::operator()));
}

}  // namespace tarn::catalog

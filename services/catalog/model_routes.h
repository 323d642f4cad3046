#pragma once

#include "common/http/router.h"
#include "services/catalog/ddl/ddl_endpoints.h"
#include "services/catalog/editing/edit_endpoints.h"
#include "services/catalog/search/search_endpoint.h"
#include "services/catalog/search/tag_endpoints.h"
#include "services/catalog/views/view_endpoints.h"

namespace tarn::catalog {

/// What the routes call for what people say of the data. Must outlive the router.
struct ModelEndpoints {
  EditEndpoints edits;
  ViewEndpoints views;
  TagEndpoints tags;
  SearchEndpoint search;
  DdlEndpoints ddl;
};

/// Adds the routes of edits, views, tags and search.
void AddModelRoutes(http::Router& router, ModelEndpoints& endpoints);

}  // namespace tarn::catalog

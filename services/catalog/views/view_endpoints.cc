#include "services/catalog/views/view_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/text/lower_case.h"
#include "services/catalog/editing/patch_members.h"
#include "services/catalog/tables/listing.h"
#include "services/catalog/views/view_json.h"

namespace tarn::catalog {
namespace {

TableName NameIn(const http::Request& request) {
  return {request.PathParameter("database"), request.PathParameter("view")};
}

http::Response Show(const View& view, int status) {
  auto response = http::Response::Json(status, ViewToJson(view));
  response.headers.Set("ETag", EntityTag(view.version));
  return response;
}

}  // namespace

Result<http::Response> ViewEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto views, views_.List(request.PathParameter("database"), page.after, page.limit + 1));
  return RenderPage(std::move(views), page.limit, ViewToJson,
                    [](const View& last) { return last.name.table; });
}

Result<http::Response> ViewEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const auto view, views_.Find(NameIn(request)));
  if (!view) return Error(Code::kNotFound, "there is no such view: " + request.PathParameter("view"));
  return Show(*view, 200);
}

Result<http::Response> ViewEndpoints::Put(http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_ASSIGN(const Author author, AuthorOf(request));
  TARN_ASSIGN(View view, ReadView(body));
  view.name = NameIn(request);
  TARN_TRY(CheckName(view.name.database, "path", true));
  TARN_TRY(CheckName(view.name.table, "path", true));
  // Statements ask for names in lower case.
  if (text::LowerCase(view.name.database) != view.name.database ||
      text::LowerCase(view.name.table) != view.name.table)
    return Error(Code::kInvalidArgument, "names of databases and views are in lower case").At("path");
  TARN_ASSIGN(const bool created, views_.Put(std::move(view), condition, author));
  TARN_ASSIGN(const auto kept, views_.Find(NameIn(request)));
  if (!kept) return Error(Code::kConflict, "the view was deleted in the same moment; try again");
  return Show(*kept, created ? 201 : 200);
}

Result<http::Response> ViewEndpoints::Delete(http::Request& request) {
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_TRY(views_.Delete(NameIn(request), condition));
  return http::Response::NoContent();
}

}  // namespace tarn::catalog

#include "services/catalog/tables/snapshot_endpoint.h"

#include <nlohmann/json.hpp>

#include "services/catalog/tables/snapshot_json.h"
#include "services/catalog/tables/snapshot_message.h"
#include "services/catalog/tables/version_query.h"

namespace tarn::catalog {
namespace {

Result<TableRef> ReadQuery(const http::Request& request) {
  TARN_ASSIGN(TableRef wanted, ReadVersionQuery(request));
  const auto statistics = request.Query("statistics");
  if (statistics && *statistics != "true" && *statistics != "false")
    return Error(Code::kInvalidArgument, "must be true or false; got " + *statistics).At("query:statistics");
  wanted.with_statistics = statistics == "true";
  return wanted;
}

}  // namespace

Result<http::Response> SnapshotEndpoint::operator()(http::Request& request) {
  const std::vector<std::string> offers = {"application/json", "application/x-protobuf"};
  const auto chosen = http::Negotiate(request.Header("accept"), offers);
  if (!chosen)
    return Error(Code::kInvalidArgument, "the answer comes as application/json or application/x-protobuf")
        .At("header:Accept");
  TARN_ASSIGN(const auto wanted, ReadQuery(request));
  TARN_ASSIGN(auto snapshots, tables_.Resolve({wanted}));
  if (!snapshots[0])
    return Error(Code::kNotFound, "there is no such table: " + wanted.name.database + "." + wanted.name.table);
  if (*chosen == 1) {
    TARN_ASSIGN(std::string body, SnapshotMessage(*std::move(snapshots[0])));
    return http::Response::Text(200, std::move(body), offers[1]);
  }
  return http::Response::Json(200, SnapshotToJson(*snapshots[0]));
}

}  // namespace tarn::catalog

#include "common/auth/routes.h"

#include <nlohmann/json.hpp>

#include "common/auth/principal.h"
#include "common/http/own_pages.h"
#include "common/http/paging.h"
#include "common/json/json.h"

namespace tarn::auth {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

constexpr const char* kKeys = "/v1/keys";

json KeyJson(const AccessKey& key) {
  json value = {{"id", key.id},
                {"name", key.name},
                {"enabled", key.enabled},
                {"created_at", FormatRfc3339(key.created_at)}};
  if (key.expires_at) value["expires_at"] = FormatRfc3339(*key.expires_at);
  if (key.last_used_at) value["last_used_at"] = FormatRfc3339(*key.last_used_at);
  return value;
}

Result<Response> List(const AccessKeyStore& keys, const Request& request) {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  const std::vector<AccessKey> found = keys.List(page.after, page.limit);
  json items = json::array();
  for (const AccessKey& key : found) items.push_back(KeyJson(key));
  const bool full = static_cast<int64_t>(found.size()) == page.limit;
  return http::PageResponse(std::move(items), full ? found.back().id : "");
}

Result<Response> Create(AccessKeyStore& keys, const Request& request) {
  TARN_ASSIGN(const json body, request.Json());
  tarn::json::ObjectReader reader(body);
  const std::string name = reader.OptionalString("name").value_or("");
  const auto expires = reader.OptionalString("expires_at");
  std::optional<Timestamp> expires_at;
  if (expires) {
    const auto time = ParseRfc3339(*expires);
    if (!time.ok()) {
      reader.Fail("expires_at", time.error().message());
    } else if (*time <= Now()) {
      reader.Fail("expires_at", "the time must lie in the future");
    } else {
      expires_at = *time;
    }
  }
  TARN_TRY(reader.Finish());
  TARN_ASSIGN(const NewAccessKey created, keys.Create(name, expires_at));
  json answer = KeyJson(created.key);
  answer["secret"] = created.secret;  // shown here and never again
  Response response = Response::Json(201, answer);
  response.headers.Add("Location", std::string(kKeys) + "/" + created.key.id);
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

http::Handler ForThisMachine(http::Handler handler) {
  return [handler = std::move(handler)](Request& request) -> Result<Response> {
    if (!IsLoopback(request.remote_address)) {
      return Error(Code::kPermissionDenied, "access keys are shown and changed from this machine only");
    }
    // A browser on this machine is a loopback peer too, whatever page it shows and wherever the server is bound.
    if (!http::HasOwnHost(request.headers)) {
      return Error(Code::kPermissionDenied, "access keys are shown and changed at localhost, 127.0.0.1 or [::1] only")
          .At("header:Host");
    }
    if (!http::HasOwnOrigin(request.headers)) {
      return Error(Code::kPermissionDenied, "pages from elsewhere may not see or change access keys")
          .At("header:Origin");
    }
    return handler(request);
  };
}

}  // namespace

void AddKeyRoutes(http::Router& router, AccessKeyStore& keys) {
  const std::string key = std::string(kKeys) + "/{id}";
  http::RouteOptions paged;
  paged.query_parameters = http::kPageParameters;
  const auto list = [&](Request& request) { return List(keys, request); };
  const auto create = [&](Request& request) { return Create(keys, request); };
  const auto get = [&](Request& request) -> Result<Response> {
    TARN_ASSIGN(const AccessKey found, keys.Get(request.PathParameter("id")));
    return Response::Json(200, KeyJson(found));
  };
  const auto remove = [&](Request& request) -> Result<Response> {
    TARN_TRY(keys.Delete(request.PathParameter("id")));
    return Response::NoContent();
  };
  router.Get(kKeys, paged, ForThisMachine(list));
  router.Post(kKeys, http::JsonBody(), ForThisMachine(create));
  router.Get(key, {}, ForThisMachine(get));
  router.Delete(key, {}, ForThisMachine(remove));
}

}  // namespace tarn::auth

#include "services/extract/sources/client/redirect.h"

#include <strings.h>

#include <algorithm>
#include <string>

#include "common/http_client/url.h"

namespace tarn::extract {
namespace {

using http_client::Request;
using http_client::Response;

// An API key may stand in a header of any name, so the list is of what may go along.
constexpr const char* kHarmless[] = {"accept",        "accept-encoding", "accept-language",
                                     "content-type",  "if-match",        "if-modified-since",
                                     "if-none-match", "if-range",        "if-unmodified-since",
                                     "range",         "traceparent",     "user-agent"};
constexpr const char* kOfTheBody[] = {"content-type", "content-encoding", "content-language"};

template <class Names>
bool IsOneOf(const std::string& name, const Names& names) {
  return std::any_of(std::begin(names), std::end(names), [&](const auto& each) {
    return strcasecmp(name.c_str(), std::string(each).c_str()) == 0;
  });
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool HasBody(const Request& request) { return !request.body.empty() || request.body_source; }

void TurnIntoGet(Request& request) {
  request.method = "GET";
  request.body.clear();
  request.body_source = nullptr;
  std::erase_if(request.headers, [](const auto& header) { return IsOneOf(header.first, kOfTheBody); });
}

void LeaveOrigin(Request& request) {
  std::erase_if(request.headers, [&](const auto& header) {
    return !IsOneOf(header.first, kHarmless) || IsOneOf(header.first, request.secret_headers);
  });
  request.address_policy = http_client::AddressPolicy::kNoPrivate;
}

}  // namespace

Result<std::optional<Request>> FollowRedirect(const Request& request, const Response& response) {
  const auto location = response.Header("location");
  if (!IsRedirect(response.status) || !location) return std::optional<Request>();
  const std::string where = http_client::DisplayUrl(request.url);
  const auto url = http_client::ResolveUrl(request.url, std::string(*location));
  if (!url.ok()) {
    return Error(Code::kUnprocessable, "redirected to what is not an http or https URL").At(where);
  }
  TARN_ASSIGN(const std::string from, http_client::OriginOf(request.url));
  TARN_ASSIGN(const std::string to, http_client::OriginOf(*url));
  if (from.starts_with("https:") && to.starts_with("http:")) {
    return Error(Code::kPermissionDenied,
                 "refused a redirect from https to http: " + http_client::DisplayUrl(*url))
        .At(where);
  }
  Request next = request;
  next.url = *url;
  const bool becomes_get = (response.status == 303 && request.method != "HEAD") ||
                           (response.status <= 302 && request.method == "POST");
  if (becomes_get) TurnIntoGet(next);
  if (from == to) return std::optional(std::move(next));
  if (HasBody(next)) {
    return Error(Code::kPermissionDenied,
                 "refused a redirect that would take the request's body to another host: " +
                     http_client::DisplayUrl(*url))
        .At(where);
  }
  LeaveOrigin(next);
  return std::optional(std::move(next));
}

}  // namespace tarn::extract

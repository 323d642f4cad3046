#include "common/http/admission.h"

#include <algorithm>

#include "common/http/status.h"

namespace tarn::http {
namespace {

bool IsLoopbackName(std::string_view host) {
  return EqualsIgnoringCase(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
}

std::string_view WithoutPort(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return authority;
  return authority.substr(0, colon);
}

// A browser sends the name that the page used, so a name that an attacker made resolve to 127.0.0.1 shows
// here. HTTP/1.0 clients that send no Host are no browsers.
std::optional<Refusal> CheckHost(const Headers& headers) {
  const auto host = headers.Find("Host");
  if (!host || IsLoopbackName(WithoutPort(*host))) return std::nullopt;
  return Refusal{421, "misdirected_request", "this server answers to localhost, 127.0.0.1 and [::1] only",
                 "header:Host"};
}

// Browsers let any page send simple POSTs anywhere, and say in Origin where the page came from.
std::optional<Refusal> CheckOrigin(const RequestHead& head) {
  const auto origin = head.headers.Find("Origin");
  if (!origin || head.method == "GET" || head.method == "HEAD" || head.method == "OPTIONS")
    return std::nullopt;
  const size_t scheme = origin->find("://");
  if (scheme != std::string_view::npos && IsLoopbackName(WithoutPort(origin->substr(scheme + 3))))
    return std::nullopt;
  return Refusal{403, "permission_denied", "pages from elsewhere may not change anything here",
                 "header:Origin"};
}

std::string_view MediaType(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ') || content_type.ends_with('\t')) content_type.remove_suffix(1);
  return content_type;
}

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const auto& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

std::optional<Refusal> CheckBody(const RequestHead& head, const RouteOptions& options) {
  if (!head.has_body()) return std::nullopt;
  if (options.body == BodyMode::kNone)
    return Refusal{400, "invalid_argument", "this resource takes no body", "body"};
  if (head.content_length.value_or(0) > options.body_limit_bytes) {
    return Refusal{413, "too_large",
                   "the body is over the limit of " + std::to_string(options.body_limit_bytes) + " bytes"};
  }
  const auto& accepted = options.content_types;
  const std::string_view type = MediaType(head.headers.Find("Content-Type").value_or(""));
  const bool taken = accepted.empty() ||
                     std::any_of(accepted.begin(), accepted.end(),
                                 [&](const std::string& known) { return EqualsIgnoringCase(known, type); });
  if (taken) return std::nullopt;
  return Refusal{415, "unsupported_media_type",
                 "the body must be " + Join(accepted) + ", not: " + std::string(type), "header:Content-Type"};
}

Response MethodNotAllowed(const std::string& allow, const std::string& method) {
  Response response =
      ProblemResponse(405, "method_not_allowed", "this resource takes " + allow + ", not " + method);
  response.headers.Add("Allow", allow);
  return response;
}

// Methods that are answered for every path in the same way: those no route can have.
Response AnswerForeignMethod(const Router& router, const RequestHead& head) {
  const bool is_options = head.method == "OPTIONS";
  if (!is_options && head.method != "TRACE" && head.method != "CONNECT") {
    return ToResponse({501, "not_implemented", "this method is not known here: " + head.method});
  }
  std::string allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  if (head.target != "*" && head.method != "CONNECT") {
    auto allowed = router.AllowedMethods(head.target);
    if (!allowed.ok()) return Response::Problem(allowed.error());
    if (allowed->empty())
      return Response::Problem(Error(Code::kNotFound, "there is no resource at " + head.target));
    allow = *allowed;
  }
  if (!is_options) return MethodNotAllowed(allow, head.method);
  Response response = Response::NoContent();
  response.headers.Add("Allow", allow);
  return response;
}

}  // namespace

Response ToResponse(const Refusal& refusal) {
  return ProblemResponse(refusal.status, refusal.code, refusal.detail, refusal.where);
}

Admission Admit(const Router& router, bool loopback_only, const RequestHead& head, Request& request) {
  if (loopback_only) {
    if (const auto refusal = CheckHost(head.headers)) return {nullptr, ToResponse(*refusal)};
    if (const auto refusal = CheckOrigin(head)) return {nullptr, ToResponse(*refusal)};
  }
  request.target = head.target;
  request.headers = head.headers;
  const auto method = ParseMethod(head.method);
  if (!method) return {nullptr, AnswerForeignMethod(router, head)};
  request.method = *method;
  std::string allow;
  const auto route = router.Match(request, &allow);
  if (!route.ok()) {
    if (*method == Method::kOptions) return {nullptr, AnswerForeignMethod(router, head)};
    if (route.error().code() == Code::kMethodNotAllowed)
      return {nullptr, MethodNotAllowed(allow, head.method)};
    return {nullptr, Response::Problem(route.error())};
  }
  if (const auto refusal = CheckBody(head, (*route)->options)) return {nullptr, ToResponse(*refusal)};
  return {*route, std::nullopt};
}

}  // namespace tarn::http

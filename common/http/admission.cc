#include "common/http/admission.h"

#include <algorithm>

#include "common/http/own_pages.h"

namespace tarn::http {
namespace {

std::optional<Refusal> CheckHost(const Headers& headers, const std::vector<std::string>& own_names) {
  if (HasOwnHost(headers, own_names)) return std::nullopt;
  return Refusal{421, "misdirected_request", "this server answers to localhost, 127.0.0.1 and [::1] only",
                 "header:Host"};
}

std::optional<Refusal> CheckOrigin(const RequestHead& head) {
  if (head.method == "GET" || head.method == "HEAD" || head.method == "OPTIONS") return std::nullopt;
  if (HasOwnOrigin(head.headers)) return std::nullopt;
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

// Renders every answer of one request that no handler gives.
class Refuser {
 public:
  Refuser(const AdmissionRules& rules, const RequestHead& head, const Request& request)
      : rules_(rules), head_(head), request_(request) {}

  Response Render(const Refusal& refusal) const { return rules_.customs.Render(refusal, request_); }
  Response Render(const Error& error) const { return Render(ToRefusal(error)); }

  Response MethodNotAllowed(const std::string& allow) const {
    Response response =
        Render({405, "method_not_allowed", "this resource takes " + allow + ", not " + head_.method});
    response.headers.Set("Allow", allow);
    return response;
  }

  // Methods that are answered for every path in the same way: those no route can have.
  Response AnswerForeignMethod() const {
    const bool is_options = head_.method == "OPTIONS";
    if (!is_options && head_.method != "TRACE" && head_.method != "CONNECT") {
      return Render({501, "not_implemented", "this method is not known here: " + head_.method});
    }
    std::string allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    if (head_.target != "*" && head_.method != "CONNECT") {
      auto allowed = rules_.router.AllowedMethods(head_.target);
      if (!allowed.ok()) return Render(allowed.error());
      if (allowed->empty()) return Render(Error(Code::kNotFound, "there is no resource at " + head_.target));
      allow = *allowed;
    }
    if (!is_options) return MethodNotAllowed(allow);
    Response response = Response::NoContent();
    response.headers.Add("Allow", allow);
    return response;
  }

 private:
  const AdmissionRules& rules_;
  const RequestHead& head_;
  const Request& request_;
};

}  // namespace

Admission Admit(const AdmissionRules& rules, const RequestHead& head, Request& request) {
  request.target = head.target;
  request.path = head.target.substr(0, head.target.find('?'));
  request.headers = head.headers;
  const Refuser refuser(rules, head, request);
  const auto method = ParseMethod(head.method);
  if (method) request.method = *method;
  if (rules.loopback_only) {
    if (const auto refusal = CheckHost(head.headers, rules.customs.host_names))
      return {nullptr, refuser.Render(*refusal)};
    if (const auto refusal = CheckOrigin(head); refusal && !rules.customs.any_origin)
      return {nullptr, refuser.Render(*refusal)};
  }
  if (!method) return {nullptr, refuser.AnswerForeignMethod()};
  std::string allow;
  const auto route = rules.router.Match(request, &allow);
  if (!route.ok()) {
    if (*method == Method::kOptions) return {nullptr, refuser.AnswerForeignMethod()};
    if (route.error().code() == Code::kMethodNotAllowed) return {nullptr, refuser.MethodNotAllowed(allow)};
    return {nullptr, refuser.Render(route.error())};
  }
  if (const auto refusal = CheckBody(head, (*route)->options)) return {nullptr, refuser.Render(*refusal)};
  return {*route, std::nullopt};
}

}  // namespace tarn::http

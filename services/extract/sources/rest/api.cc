#include "services/extract/sources/rest/api.h"

#include <algorithm>

#include "common/compression/gzip.h"
#include "common/http/message.h"
#include "common/json/json.h"
#include "services/extract/sources/client/source_client.h"
#include "services/extract/sources/rest/response_rules.h"
#include "services/extract/sources/rest/shown_text.h"

namespace tarn::extract::rest {
namespace {

using Action = ResponseRule::Action;
using http_client::Request;
using http_client::Response;

constexpr size_t kShownBytes = 200;

const char* AcceptFor(Decoder decoder) {
  switch (decoder) {
    case Decoder::kJson:
      return "application/json";
    case Decoder::kNdjson:
      return "application/x-ndjson, application/json;q=0.5, */*;q=0.1";
    case Decoder::kCsv:
      return "text/csv, */*;q=0.1";
    case Decoder::kXml:
      return "application/xml, text/xml;q=0.9, */*;q=0.1";
    case Decoder::kText:
      break;
  }
  return "*/*";
}

void AddUnlessThere(Request& request, const char* name, const char* value) {
  const bool there = std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
    return http::EqualsIgnoringCase(header.first, name);
  });
  if (!there) request.headers.emplace_back(name, value);
}

Code CodeFor(int status) {
  if (status == 401) return Code::kUnauthenticated;
  if (status == 403) return Code::kPermissionDenied;
  if (status == 404 || status == 410) return Code::kNotFound;
  if (status == 429) return Code::kResourceExhausted;
  return Code::kUnprocessable;
}

/// Only to the API itself: what another host says of its own answer is not about the one that is known.
void AskIfModified(Request& request, const Validators& known) {
  if (!known.etag.empty()) request.headers.emplace_back("If-None-Match", known.etag);
  if (!known.modified.empty()) request.headers.emplace_back("If-Modified-Since", known.modified);
  request.secret_headers.insert(request.secret_headers.end(), {"If-None-Match", "If-Modified-Since"});
}

/// Rules and decoders look at what was meant, whoever unpacks it.
Status Unpack(Response& response, uint64_t max_bytes) {
  if (!compression::IsGzip(response.body)) return Ok();
  TARN_ASSIGN(response.body, compression::Gunzip(response.body, max_bytes));
  return Ok();
}

}  // namespace

std::string Answer::Header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (http::EqualsIgnoringCase(field, name)) return value;
  }
  return "";
}

Api::Api(const Options& options, RunContext& context)
    : options_(options),
      context_(context),
      allowed_(AllowedOrigins::Make(options.base_url, options.allow_hosts).value()),
      authenticator_(options.auth, context.client, context.state) {}

Result<Request> Api::Prepare(const RequestDraft& draft) const {
  Request request;
  request.method = draft.method;
  request.url = draft.FullUrl();
  // Credentials must not go to a host that an answer names.
  if (!allowed_.Allows(request.url)) {
    return Error(Code::kPermissionDenied,
                 "refused to follow a link to another host than that of base_url; allow_hosts can name it")
        .At(WithoutQuery(request.url));
  }
  request.headers = draft.headers;
  if (!draft.body.is_null()) {
    request.body = json::Dump(draft.body);
    AddUnlessThere(request, "Content-Type", "application/json");
  }
  request.max_response_bytes = options_.max_response_bytes;
  return request;
}

Result<Answer> Api::Fetch(const StreamOptions& stream, const RequestDraft& draft, const Validators* known) {
  TARN_ASSIGN(Request plain, Prepare(draft));
  if (known) AskIfModified(plain, *known);
  Answer answer;
  answer.url = plain.url;
  // A link may bring the key along.
  const std::string secret = authenticator_.SecretParameter();
  if (!secret.empty() && HasParameter(plain.url, secret))
    answer.url = WithQuery(plain.url, {{secret, "***"}});
  answer.request = plain.method + " " + answer.url;
  const auto judge = [&](const Response& response) {
    const ResponseRule* rule = FindRule(stream.responses, response);
    if (!rule || (known && response.status == 304)) return DefaultVerdict(response);
    return rule->action == Action::kRetry ? Verdict::kRetry : Verdict::kTake;
  };
  for (bool again = false;; again = true) {
    Request request = plain;
    AddUnlessThere(request, "Accept", AcceptFor(stream.decoder));
    std::string token;
    TARN_TRY(authenticator_.Apply(request, &token));
    auto response = context_.client.Send(std::move(request), judge);
    if (!response.ok()) return std::move(response).error();
    answer.unchanged = known && response->status == 304;
    if (answer.unchanged) return answer;
    if (const Status unpacked = Unpack(*response, options_.max_response_bytes); !unpacked.ok()) {
      return Error(unpacked.error().code(), unpacked.error().message()).At(WithoutQuery(answer.url));
    }
    const ResponseRule* rule = FindRule(stream.responses, *response);
    const bool refused = rule ? rule->action == Action::kReauthenticate : response->status == 401;
    if (refused && !again && authenticator_.Renew(token)) continue;

    answer.nothing = response->status == 204 || (rule && rule->action == Action::kIgnore);
    const bool is_page = !rule && response->status >= 200 && response->status < 300;
    if (!answer.nothing && !is_page) {
      const Error refusal = Refusal(rule, *response, token);
      return Error(refusal.code(), refusal.message()).At(WithoutQuery(answer.url));
    }
    answer.body = answer.nothing ? "" : std::move(response->body);
    answer.headers = std::move(response->headers);
    return answer;
  }
}

Error Api::Refusal(const ResponseRule* rule, const Response& response, const std::string& token) const {
  const std::string status = std::to_string(response.status);
  if (rule && rule->action == Action::kReauthenticate) {
    return Error(Code::kUnauthenticated,
                 rule->message.empty() ? "the API refused new credentials" : rule->message);
  }
  if (rule && !rule->message.empty()) {
    return Error(response.status < 400 ? Code::kUnprocessable : CodeFor(response.status), rule->message);
  }
  std::string message = "the API answered HTTP status " + status;
  if (rule && rule->action == Action::kRetry) message += " to every try";
  if (response.status == 304) message += " (not modified), which it was not asked for";
  if (response.status == 401) message = "the API refused the credentials (HTTP status 401)";
  const auto type = response.Header("Content-Type").value_or("");
  const bool readable = type.find("json") != std::string_view::npos || type.starts_with("text/plain");
  if (readable && !response.body.empty()) {
    message += ": " + authenticator_.Redact(ShownText(response.body, kShownBytes), token);
  }
  return Error(CodeFor(response.status), std::move(message));
}

}  // namespace tarn::extract::rest

#include <nlohmann/json.hpp>

#include "common/http/message.h"
#include "common/http/status.h"
#include "common/json/json.h"
#include "common/tracing/trace_context.h"

namespace tarn::http {

Response Response::Json(int status, const nlohmann::json& value) {
  return Text(status, json::Dump(value), "application/json");
}

Response Response::Text(int status, std::string text, std::string content_type) {
  Response response;
  response.status = status;
  response.headers.Add("Content-Type", std::move(content_type));
  response.body = std::move(text);
  return response;
}

Response Response::NoContent() {
  Response response;
  response.status = 204;
  return response;
}

Response Response::Problem(const Error& error) {
  return ProblemResponse(HttpStatus(error.code()), CodeName(error.code()), error.message(), error.where());
}

// The type is "about:blank": the title then is the status's phrase (RFC 9457 section 4.2.1), and `code` is
// what programs should look at.
Response ProblemResponse(int status, std::string_view code, std::string_view detail, std::string_view where) {
  nlohmann::json problem = {{"type", "about:blank"},
                            {"title", ReasonPhrase(status)},
                            {"status", status},
                            {"code", code},
                            {"detail", detail}};
  if (!where.empty()) problem["where"] = where;
  if (const auto& trace = TraceContext::Current(); !trace.empty()) problem["trace_id"] = trace.trace_id;
  return Response::Text(status, json::Dump(problem), "application/problem+json");
}

}  // namespace tarn::http

#include "services/query/statements/sql_endpoint.h"

#include "services/query/formats/result_format.h"
#include "services/query/statements/error_hint.h"
#include "services/query/statements/sql_answer.h"

namespace tarn::query {

Result<http::Response> SqlEndpoint::operator()(http::Request& request) {
  TARN_ASSIGN(auto statement, ReadSqlRequest(request));
  return Answer(std::move(statement), request);
}

Result<http::Response> SqlEndpoint::Answer(StatementRequest statement, const http::Request& request) {
  SqlAnswer::Parts parts;
  parts.arrived = std::chrono::steady_clock::now();
  parts.request = std::move(statement);
  TARN_ASSIGN(parts.format, ChooseFormat(request));
  TARN_ASSIGN(parts.workgroup, AssignWorkgroup(parts_.workgroups, parts.request));
  const auto& definition = parts.workgroup->definition;
  const FormatName format = parts.format;
  auto slot = parts_.admission.Enter(definition.name, {definition.max_running, definition.max_waiting},
                                     request.cancelled);
  if (!slot.ok()) return StatementProblem(slot.error());
  TARN_ASSIGN(const auto reusable, queue_.FindReusable(parts.request, request.cancelled));
  StatementRunner runner(parts_.gate, parts_.catalog, parts_.system_tables, *parts.workgroup->engine);
  parts.slot.emplace(std::move(*slot));
  const auto answer = std::make_shared<SqlAnswer>(std::move(parts), request.cancelled);
  const auto prepared =
      reusable ? answer->PrepareReused(*reusable, parts_.results) : answer->Prepare(runner, parts_.results);
  if (!prepared.ok()) {
    const Error error = answer->Explain(prepared.error());
    parts_.metrics.Finished("sql", error, answer->Elapsed(), 0);
    return StatementProblem(error);
  }
  http::Response response;
  response.headers.Set("Content-Type", ContentType(format));
  response.headers.Set("Cache-Control", "no-store");
  response.stream_length = answer->length();
  response.stream = [answer, &metrics = parts_.metrics](http::BodyWriter& writer) -> Status {
    auto written = answer->Write(writer);
    if (!written.ok()) written = answer->Explain(written.error());
    metrics.Finished("sql", written, answer->Elapsed(), answer->rows());
    return written;
  };
  return response;
}

}  // namespace tarn::query

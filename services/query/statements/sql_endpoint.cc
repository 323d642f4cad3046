#include "services/query/statements/sql_endpoint.h"

#include "services/query/formats/result_format.h"
#include "services/query/statements/error_hint.h"
#include "services/query/statements/sql_answer.h"

namespace tarn::query {
namespace {

class BodyText : public http::BodyWriter {
 public:
  Status Write(std::string_view data) override {
    text += data;
    return Ok();
  }
  std::string text;
};

}  // namespace

Result<http::Response> SqlEndpoint::operator()(http::Request& request) {
  TARN_ASSIGN(auto statement, ReadSqlRequest(request));
  return Answer(std::move(statement), request);
}

bool SqlEndpoint::Changes(const http::Request& request) {
  auto statement = ReadSqlRequest(request);
  if (!statement.ok()) return false;
  const auto workgroup = AssignWorkgroup(parts_.workgroups, *statement);
  if (!workgroup.ok()) return false;
  return StatementRunner(parts_.runner, *(*workgroup)->engine).EffectOf(*statement) != Effect::kNone;
}

Result<http::Response> SqlEndpoint::AnswerOnce(http::Request& request) {
  TARN_ASSIGN(auto statement, ReadSqlRequest(request));
  TARN_ASSIGN(const FormatName format, ChooseFormat(request));
  if (format == FormatName::kParquet || format == FormatName::kArrow)
    return Error(Code::kInvalidArgument, "with an Idempotency-Key the answer comes as text: JSON or CSV")
        .At("header:Idempotency-Key");
  TARN_ASSIGN(statement.write_id, parts_.requests.IdOf(request));
  TARN_ASSIGN(auto response, Answer(std::move(statement), request));
  if (!response.stream) return response;
  BodyText body;
  TARN_TRY(response.stream(body));
  response.stream = nullptr;
  response.body = std::move(body.text);
  return response;
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
  StatementRunner runner(parts_.runner, *parts.workgroup->engine);
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

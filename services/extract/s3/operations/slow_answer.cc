#include "services/extract/s3/operations/slow_answer.h"

#include <future>
#include <memory>

#include "common/tracing/trace_context.h"

namespace tarn::extract::s3 {
namespace {

using Outcome = S3Result<http::Response>;

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string_view WithoutDeclaration(std::string_view document) {
  if (!document.starts_with("<?xml")) return document;
  const size_t end = document.find("?>");
  return end == std::string_view::npos ? document : document.substr(end + 2);
}

Status WriteBlanksUntilDone(http::BodyWriter& writer, const std::shared_future<Outcome>& outcome, Patience patience) {
  TARN_TRY(writer.Write(kDeclaration));
  while (outcome.wait_for(patience.next) != std::future_status::ready) TARN_TRY(writer.Write(" "));
  return Ok();
}

}  // namespace

S3Result<http::Response> AnswerWhenDone(std::function<Outcome()> work, const S3Request& request, Patience patience) {
  const TraceContext trace = TraceContext::Current();
  const std::shared_future<Outcome> outcome = std::async(std::launch::async, [work = std::move(work), trace] {
    const ScopedTrace scope(trace);
    return work();
  });
  if (outcome.wait_for(patience.first) == std::future_status::ready) return outcome.get();
  http::Response response;
  response.headers.Add("Content-Type", "application/xml");
  response.stream = [outcome, patience, resource = request.resource(),
                     request_id = request.request_id](http::BodyWriter& writer) -> Status {
    const Status waited = WriteBlanksUntilDone(writer, outcome, patience);
    // The work goes on when the client has left: it is waited for, so that the server knows of it.
    const Outcome& done = outcome.get();
    TARN_TRY(waited);
    return writer.Write(WithoutDeclaration(done.ok() ? done->body : ToResponse(done.error(), resource, request_id).body));
  };
  return response;
}

}  // namespace tarn::extract::s3

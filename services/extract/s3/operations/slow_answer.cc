#include "services/extract/s3/operations/slow_answer.h"

#include <future>

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

Status WriteBlanksUntilDone(http::BodyWriter& writer, std::future<Outcome>& outcome,
                            std::chrono::milliseconds interval) {
  TARN_TRY(writer.Write(kDeclaration));
  while (outcome.wait_for(interval) != std::future_status::ready) TARN_TRY(writer.Write(" "));
  return Ok();
}

}  // namespace

http::Response AnswerWhileWorking(std::function<Outcome()> work, const S3Request& request,
                                  std::chrono::milliseconds interval) {
  http::Response response;
  response.headers.Add("Content-Type", "application/xml");
  response.stream = [work = std::move(work), interval, resource = request.resource(),
                     request_id = request.request_id](http::BodyWriter& writer) -> Status {
    // If the client leaves, the work is finished all the same: the future waits for it when it goes.
    std::future<Outcome> outcome = std::async(std::launch::async, [&work, trace = TraceContext::Current()] {
      const ScopedTrace scope(trace);
      return work();
    });
    TARN_TRY(WriteBlanksUntilDone(writer, outcome, interval));
    const Outcome done = outcome.get();
    return writer.Write(
        WithoutDeclaration(done.ok() ? done->body : ToResponse(done.error(), resource, request_id).body));
  };
  return response;
}

}  // namespace tarn::extract::s3

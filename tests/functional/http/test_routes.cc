#include "tests/functional/http/test_routes.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "common/tracing/trace_context.h"

namespace tarn::http {
namespace {

constexpr uint64_t kLargeBody = 8ull << 30;
const std::string kBlock(64 * 1024, 'x');

RouteOptions With(Execution execution, std::vector<std::string> query_parameters = {}) {
  RouteOptions options;
  options.execution = execution;
  options.query_parameters = std::move(query_parameters);
  return options;
}

RouteOptions Body(BodyMode mode, uint64_t limit) {
  RouteOptions options;
  options.body = mode;
  options.body_limit_bytes = limit;
  return options;
}

uint64_t Number(const Request& request, std::string_view name, uint64_t fallback) {
  const auto text = request.Query(name);
  return text ? std::stoull(*text) : fallback;
}

class Working {
 public:
  explicit Working(TestState& state) : state_(state) { ++state_.working; }
  ~Working() { --state_.working; }

 private:
  TestState& state_;
};

Status WriteBytes(TestState& state, BodyWriter& writer, uint64_t count) {
  const Working working(state);
  while (count > 0) {
    const std::string_view piece =
        std::string_view(kBlock).substr(0, std::min<uint64_t>(count, kBlock.size()));
    TARN_TRY(writer.Write(piece));
    count -= piece.size();
  }
  return Ok();
}

Response Stream(std::function<Status(BodyWriter&)> produce) {
  Response response;
  response.headers.Add("Content-Type", "application/octet-stream");
  response.stream = std::move(produce);
  return response;
}

// Waits, unless it is cancelled first.
Result<Response> AnswerAfter(TestState& state, const Request& request, std::chrono::milliseconds wait) {
  const Working working(state);
  std::mutex mutex;
  std::condition_variable_any nothing;
  std::unique_lock lock(mutex);
  nothing.wait_for(lock, request.cancelled, wait, [] { return false; });
  if (!request.cancelled.stop_requested()) return Response::Text(200, "slow");
  ++state.cancelled;
  return Error(Code::kCancelled, "the handler was asked to stop");
}

Result<uint64_t> CountBody(BodyReader& reader) {
  std::vector<char> block(64 * 1024);
  uint64_t total = 0;
  for (;;) {
    TARN_ASSIGN(const size_t count, reader.Read(block.data(), block.size()));
    if (count == 0) return total;
    total += count;
  }
}

void AddAnswers(Router& router, TestState& state, metrics::Registry& metrics) {
  const auto json = [](Request&) -> Result<Response> {
    return Response::Json(200, {{"status", "ok"}, {"n", 42}});
  };
  router.Get("/json", With(Execution::kInline), json);
  router.Get("/json-pool", With(Execution::kPool), json);
  router.Get("/state", With(Execution::kInline), [&state](Request&) -> Result<Response> {
    return Response::Json(200, {{"working", state.working.load()}, {"cancelled", state.cancelled.load()}});
  });
  router.Get("/metrics", With(Execution::kPool),
             [&metrics](Request&) -> Result<Response> { return Response::Text(200, metrics.Render()); });
  router.Get("/trace", With(Execution::kPool), [](Request&) -> Result<Response> {
    return Response::Text(200, TraceContext::Current().trace_id);
  });
  router.Get("/who/{name}", With(Execution::kInline, {"q"}), [](Request& request) -> Result<Response> {
    return Response::Json(200,
                          {{"name", request.PathParameter("name")}, {"q", request.Query("q").value_or("")}});
  });
  router.Get("/rest/{path...}", With(Execution::kInline), [](Request& request) -> Result<Response> {
    return Response::Text(200, request.PathParameter("path"));
  });
  router.Get("/nocontent", With(Execution::kInline),
             [](Request&) -> Result<Response> { return Response::NoContent(); });
  router.Get("/slow", With(Execution::kPool, {"ms"}), [&state](Request& request) {
    return AnswerAfter(state, request, std::chrono::milliseconds(Number(request, "ms", 1000)));
  });
}

void AddIllBehaved(Router& router, TestState& state) {
  router.Get("/throw", With(Execution::kInline),
             [](Request&) -> Result<Response> { throw std::runtime_error("boom"); });
  router.Get("/throw-pool", With(Execution::kPool),
             [](Request&) -> Result<Response> { throw std::runtime_error("boom"); });
  router.Get("/throwint", With(Execution::kPool), [](Request&) -> Result<Response> { throw 42; });
  router.Get("/inject", With(Execution::kInline), [](Request&) -> Result<Response> {
    Response response = Response::Text(200, "x");
    response.headers.Add("X-A", "1\r\nX-Evil: 1");
    return response;
  });
  router.Get("/status-7", With(Execution::kInline),
             [](Request&) -> Result<Response> { return Response::Text(7, "x"); });
  router.Get("/short", With(Execution::kPool), [&state](Request&) -> Result<Response> {
    Response response = Stream([&state](BodyWriter& writer) { return WriteBytes(state, writer, 10); });
    response.stream_length = 100;
    return response;
  });
  router.Get("/long", With(Execution::kPool), [&state](Request&) -> Result<Response> {
    Response response = Stream([&state](BodyWriter& writer) { return WriteBytes(state, writer, 1000); });
    response.stream_length = 10;
    return response;
  });
  router.Get("/broken-stream", With(Execution::kPool), [](Request&) -> Result<Response> {
    return Stream([](BodyWriter& writer) -> Status {
      TARN_TRY(writer.Write("abc"));
      return Error(Code::kInternal, "the source failed");
    });
  });
  router.Get("/throwing-stream", With(Execution::kPool), [](Request&) -> Result<Response> {
    return Stream([](BodyWriter&) -> Status { throw std::runtime_error("boom"); });
  });
}

void AddStreams(Router& router, TestState& state) {
  router.Get("/gen", With(Execution::kPool, {"bytes"}), [&state](Request& request) -> Result<Response> {
    const uint64_t bytes = Number(request, "bytes", 500'000'000);
    return Stream([&state, bytes](BodyWriter& writer) { return WriteBytes(state, writer, bytes); });
  });
  router.Get("/sized", With(Execution::kPool, {"bytes"}), [&state](Request& request) -> Result<Response> {
    const uint64_t bytes = Number(request, "bytes", 500'000'000);
    Response response =
        Stream([&state, bytes](BodyWriter& writer) { return WriteBytes(state, writer, bytes); });
    response.stream_length = bytes;
    return response;
  });
  router.Post("/count", Body(BodyMode::kStreamed, kLargeBody),
              [&state](Request& request) -> Result<Response> {
                const Working working(state);
                TARN_ASSIGN(const uint64_t total, CountBody(*request.body_reader));
                return Response::Text(200, std::to_string(total));
              });
  router.Post("/count-1k", Body(BodyMode::kStreamed, 1024), [](Request& request) -> Result<Response> {
    TARN_ASSIGN(const uint64_t total, CountBody(*request.body_reader));
    return Response::Text(200, std::to_string(total));
  });
  router.Post("/deny", Body(BodyMode::kStreamed, kLargeBody),
              [](Request&) -> Result<Response> { return Error(Code::kUnauthenticated, "no"); });
  router.Post("/slow-upload", Body(BodyMode::kStreamed, kLargeBody),
              [&state](Request& request) { return AnswerAfter(state, request, std::chrono::minutes(1)); });
  router.Post("/echo-stream", Body(BodyMode::kStreamed, kLargeBody),
              [](Request& request) -> Result<Response> {
                return Stream([reader = std::shared_ptr<BodyReader>(std::move(request.body_reader))](
                                  BodyWriter& writer) -> Status {
                  std::vector<char> block(64 * 1024);
                  for (;;) {
                    TARN_ASSIGN(const size_t count, reader->Read(block.data(), block.size()));
                    if (count == 0) return Ok();
                    TARN_TRY(writer.Write({block.data(), count}));
                  }
                });
              });
}

void AddBuffered(Router& router) {
  const auto size = [](Request& request) -> Result<Response> {
    return Response::Text(200, std::to_string(request.body.size()));
  };
  router.Post("/block", Body(BodyMode::kBuffered, 1 << 20), size);
  router.Put("/block", Body(BodyMode::kBuffered, 1 << 20), size);
  router.Post("/echo", Body(BodyMode::kBuffered, 1 << 20), [](Request& request) -> Result<Response> {
    return Response::Text(200, request.body, "application/octet-stream");
  });
  router.Post("/parse", JsonBody(), [](Request& request) -> Result<Response> {
    TARN_ASSIGN(const auto value, request.Json());
    return Response::Json(200, value);
  });
}

}  // namespace

Router MakeTestRouter(TestState& state, metrics::Registry& metrics) {
  Router router;
  AddAnswers(router, state, metrics);
  AddIllBehaved(router, state);
  AddStreams(router, state);
  AddBuffered(router);
  return router;
}

}  // namespace tarn::http

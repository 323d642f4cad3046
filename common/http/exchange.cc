#include "common/http/exchange.h"

#include <exception>

#include "common/logging/log.h"

namespace tarn::http {
namespace {

// Logs what a handler threw, and returns what a client may know of it. Called within a catch block.
Error ReportException(const Exchange& exchange) {
  const char* what = "not a std::exception";
  try {
    throw;
  } catch (const std::exception& exception) {
    what = exception.what();
    log::Failure("a handler threw", {{"target", exchange.request.target}, {"exception", what}});
  } catch (...) {
    log::Failure("a handler threw", {{"target", exchange.request.target}, {"exception", what}});
  }
  return Error(Code::kInternal, "the server failed to handle the request; its log says more");
}

}  // namespace

void Exchange::RunHandler() {
  const ScopedTrace scope(trace);
  try {
    auto result = route->handler(request);
    response = result.ok() ? std::move(result).value() : customs_.Render(ToRefusal(result.error()), request);
  } catch (...) {
    response = customs_.Render(ToRefusal(ReportException(*this)), request);
  }
}

Status Exchange::RunStream(BodyWriter& writer) {
  const ScopedTrace scope(trace);
  try {
    return response.stream(writer);
  } catch (...) {
    return ReportException(*this);
  }
}

void Exchange::Deliver() {
  auto owner = std::exchange(owner_, {}).lock();
  if (!owner) return;
  Owner& connection = *owner;
  connection.Answered(std::move(owner));
}

}  // namespace tarn::http

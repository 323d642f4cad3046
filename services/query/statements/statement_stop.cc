#include "services/query/statements/statement_stop.h"

#include <system_error>

#include "common/config/option_set.h"

namespace tarn::query {

StatementStop::StatementStop(std::stop_token caller, std::chrono::milliseconds timeout)
    : timeout_(timeout), caller_left_(caller, [this] { source_.request_stop(); }) {}

Status StatementStop::StartTimer() {
  try {
    timer_ = std::jthread([this](std::stop_token done) { AwaitDeadline(done); });
    return Ok();
  } catch (const std::system_error&) {
    return Error(Code::kResourceExhausted, "the system has no thread left for the statement; try again later");
  }
}

void StatementStop::AwaitDeadline(std::stop_token done) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, done, std::chrono::steady_clock::now() + timeout_, [] { return false; });
  if (done.stop_requested()) return;
  timed_out_ = true;
  source_.request_stop();
}

Error StatementStop::Explain(Error error) const {
  if (error.code() != Code::kCancelled || !timed_out_) return error;
  return Error(Code::kDeadlineExceeded,
               "the statement took longer than its timeout: " + config::FormatDuration(timeout_));
}

}  // namespace tarn::query

#include "services/query/statements/statement_stop.h"

#include "common/config/option_set.h"

namespace tarn::query {

StatementStop::StatementStop(std::stop_token caller, std::chrono::milliseconds timeout)
    : timeout_(timeout), caller_left_(caller, [this] { source_.request_stop(); }), timer_([this](std::stop_token done) {
        std::unique_lock lock(mutex_);
        const auto deadline = std::chrono::steady_clock::now() + timeout_;
        wake_.wait_until(lock, done, deadline, [] { return false; });
        if (done.stop_requested()) return;
        timed_out_ = true;
        source_.request_stop();
      }) {}

Error StatementStop::Explain(Error error) const {
  if (error.code() != Code::kCancelled || !timed_out_) return error;
  return Error(Code::kDeadlineExceeded,
               "the statement took longer than statement-timeout allows: " + config::FormatDuration(timeout_));
}

}  // namespace tarn::query

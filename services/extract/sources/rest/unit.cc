#include "services/extract/sources/rest/unit.h"

namespace tarn::extract::rest {

Status RunFrame::Check() {
  if (context.cancelled.stop_requested()) return Error(Code::kCancelled, "the run was asked to stop");
  if (!halted_) return Ok();
  const std::lock_guard lock(mutex_);
  return *error_;
}

void RunFrame::Halt(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = error;
  halted_ = true;
}

bool EndsRun(const Error& error) {
  switch (error.code()) {
    case Code::kUnauthenticated:
    case Code::kResourceExhausted:
    case Code::kCancelled:
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kInternal:
      return true;
    case Code::kInvalidArgument:
    case Code::kPermissionDenied:
    case Code::kNotFound:
    case Code::kMethodNotAllowed:
    case Code::kConflict:
    case Code::kPreconditionFailed:
    case Code::kTooLarge:
    case Code::kUnsupportedMediaType:
    case Code::kUnprocessable:
      return false;
  }
  return true;
}

}  // namespace tarn::extract::rest

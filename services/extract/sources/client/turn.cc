#include "services/extract/sources/client/turn.h"

namespace tarn::extract {
namespace {

using http_client::Response;

SourceGovernor::Outcome OutcomeOf(const Result<Response>& response) {
  using Outcome = SourceGovernor::Outcome;
  if (response.ok()) {
    if (response->status < 500 || response->status == 501) return Outcome::kAnswered;
    return response->Header("retry-after") ? Outcome::kUnknown : Outcome::kFailed;
  }
  const Code code = response.error().code();
  if (code == Code::kUnavailable || code == Code::kDeadlineExceeded) return Outcome::kFailed;
  return code == Code::kTooLarge ? Outcome::kAnswered : Outcome::kUnknown;
}

}  // namespace

void SourceTurn::End(const Result<Response>& response) { permit_.End(OutcomeOf(response)); }

}  // namespace tarn::extract

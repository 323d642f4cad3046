#include "services/extract/sources/client/source_client.h"

#include <strings.h>

#include <algorithm>
#include <set>
#include <utility>

#include "common/http_client/url.h"
#include "common/time/time.h"
#include "common/time/wait.h"
#include "services/extract/sources/client/redirect.h"
#include "services/extract/sources/client/server_limits.h"
#include "services/extract/sources/client/source_governor.h"
#include "services/extract/sources/client/turn.h"

namespace tarn::extract {

using http_client::Request;
using http_client::Response;
using std::chrono::milliseconds;

namespace {

constexpr int kMaxRedirects = 5;

bool WorthRepeating(const Result<Response>& response, const SourceClient::Judge& judge) {
  if (response.ok()) return judge(*response) == Verdict::kRetry;
  return response.error().code() == Code::kUnavailable || response.error().code() == Code::kDeadlineExceeded;
}

std::string InSeconds(milliseconds delay) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(delay).count()) + " s";
}

Error Cancelled() { return Error(Code::kCancelled, "the run was cancelled"); }

Error Located(const Error& error, const std::string& url) {
  return error.where().empty() ? Error(error.code(), error.message()).At(http_client::DisplayUrl(url))
                               : error;
}

void AskForGzip(Request& request) {
  const bool as_it_is = std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return strcasecmp(header.first.c_str(), "range") == 0 ||
           strcasecmp(header.first.c_str(), "accept-encoding") == 0;
  });
  if (!as_it_is) request.accept_gzip = true;
}

}  // namespace

Verdict DefaultVerdict(const Response& response) {
  const bool passing =
      response.status == 429 || response.status == 408 || (response.status >= 500 && response.status != 501);
  const bool limited =
      response.status == 403 && (response.Header("retry-after") || BudgetDelay(response, Now()).has_value());
  return passing || limited ? Verdict::kRetry : Verdict::kTake;
}

/// One try. What it found stands if it is final, however much it looks as if it might pass.
struct SourceClient::Try {
  Result<Response> response;
  bool final = false;
};

SourceClient::SourceClient(http_client::HttpClient& http, std::shared_ptr<SourceGovernor> governor,
                           http_client::RetryPolicy retry, ProgressReporter& progress,
                           std::stop_token cancelled)
    : http_(http),
      governor_(governor ? std::move(governor) : std::make_shared<SourceGovernor>(SourceLimits{})),
      retry_(retry),
      progress_(progress),
      cancelled_(std::move(cancelled)) {}

Result<Response> SourceClient::Send(Request request, const Judge& judge) {
  AskForGzip(request);
  return Repeat(std::move(request), judge, [this](const Request& each) { return http_.Send(each); });
}

Result<Response> SourceClient::Download(Request request, const std::filesystem::path& file,
                                        const Judge& judge) {
  return Repeat(std::move(request), judge, [&](const Request& each) { return http_.Download(each, file); });
}

Result<Response> SourceClient::Repeat(Request request, const Judge& judge, const Exchange& exchange) {
  request.cancelled = cancelled_;
  request.follow_redirects = false;
  Restrict(request);
  for (int attempt = 1;; ++attempt) {
    auto [response, final] = FollowingRedirects(request, exchange, attempt > 1);
    if (final || !WorthRepeating(response, judge)) {
      if (response.ok()) return response;
      return Located(response.error(), request.url);
    }
    const auto asked = response.ok() ? AskedDelay(*response, Now()) : std::nullopt;
    if (asked) governor_->Hold(*asked);  // all requests of the source
    if (asked && *asked > retry_.max_retry_after) {
      return Located(PutOff(Code::kResourceExhausted, "the source asked to wait", *asked), request.url);
    }
    if (attempt >= retry_.max_attempts) {
      gave_up_ = true;
      if (response.ok()) return response;
      return Located(response.error(), request.url);
    }
    if (!Wait(http_client::Backoff(retry_, attempt), cancelled_)) return Located(Cancelled(), request.url);
  }
}

SourceClient::Try SourceClient::FollowingRedirects(Request request, const Exchange& exchange, bool repeated) {
  std::set<std::pair<std::string, std::string>> seen;
  for (int redirects = 0;; ++redirects) {
    seen.emplace(request.method, request.url);
    Try result = Once(request, exchange, repeated);
    if (!result.response.ok()) {
      result.response = Located(result.response.error(), request.url);
      return result;
    }
    auto next = FollowRedirect(request, *result.response);
    if (!next.ok()) return {next.error(), true};
    if (!*next) return result;
    const std::string where = http_client::DisplayUrl(request.url);
    request = **std::move(next);
    if (seen.contains({request.method, request.url})) {
      return {Error(Code::kUnprocessable, "the redirects run in a circle").At(where), true};
    }
    if (redirects == kMaxRedirects) {
      return {Error(Code::kUnprocessable, "redirected more than " + std::to_string(kMaxRedirects) + " times")
                  .At(where),
              true};
    }
  }
}

SourceClient::Try SourceClient::Once(const Request& request, const Exchange& exchange, bool repeated) {
  const auto turn = TakeTurn(repeated);
  if (!turn.ok()) return {turn.error(), true};
  auto response = exchange(request);
  if (response.ok()) Look(*response);
  (*turn)->End(response);
  return {std::move(response)};
}

Result<std::unique_ptr<SourceTurn>> SourceClient::TakeTurn(bool repeated) {
  auto admission = governor_->Enter(cancelled_, retry_.max_retry_after);
  switch (admission.entry) {
    case SourceGovernor::Entry::kAdmitted:
      break;
    case SourceGovernor::Entry::kCancelled:
      return Cancelled();
    case SourceGovernor::Entry::kCircuitOpen:
      return PutOff(Code::kUnavailable, "the source failed too often in a row; it is left alone for",
                    admission.delay);
    case SourceGovernor::Entry::kTooLong:
      return PutOff(Code::kResourceExhausted, "the source's request limit is used up for", admission.delay);
  }
  progress_.Count("requests");
  if (repeated) progress_.Count("retries");
  return std::make_unique<SourceTurn>(std::move(admission.permit));
}

void SourceClient::Look(const Response& response) {
  progress_.Count("bytes_received", static_cast<int64_t>(response.received_bytes));
  if (const auto delay = BudgetDelay(response, Now())) governor_->Hold(*delay);
}

void SourceClient::Hold(milliseconds delay) { governor_->Hold(delay); }

void SourceClient::Restrict(Request& request) const {
  if (addresses_) request.address_policy = *addresses_;
}

Error SourceClient::PutOff(Code code, const std::string& why, milliseconds delay) {
  const std::lock_guard lock(mutex_);
  resume_after_ = std::max(resume_after_.value_or(milliseconds(0)), delay);
  return Error(code, why + " " + InSeconds(delay));
}

Result<std::shared_ptr<void>> SourceClient::TakeCredentialsTurn() {
  auto turn = governor_->TakeCredentialsTurn(cancelled_);
  if (!turn) return Cancelled();
  return turn;
}

std::mutex& SourceClient::notes_mutex() { return governor_->notes_mutex(); }

std::optional<milliseconds> SourceClient::ResumeAfter() const {
  const std::lock_guard lock(mutex_);
  return resume_after_;
}

}  // namespace tarn::extract

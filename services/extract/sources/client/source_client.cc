#include "services/extract/sources/client/source_client.h"

#include <algorithm>
#include <condition_variable>

#include "services/extract/sources/client/source_governor.h"

namespace tarn::extract {

using http_client::Request;
using http_client::Response;
using std::chrono::milliseconds;

namespace {

/// Returns false if stop was requested before `delay` was over.
bool Wait(milliseconds delay, const std::stop_token& cancelled) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, cancelled, delay, [] { return false; });
  return !cancelled.stop_requested();
}

bool WorthRepeating(const Result<Response>& response, const SourceClient::Judge& judge) {
  if (response.ok()) return judge(*response) == Verdict::kRetry;
  return response.error().code() == Code::kUnavailable || response.error().code() == Code::kDeadlineExceeded;
}

}  // namespace

Verdict DefaultVerdict(const Response& response) {
  const bool passing =
      response.status == 429 || response.status == 408 || (response.status >= 500 && response.status != 501);
  return passing ? Verdict::kRetry : Verdict::kTake;
}

SourceClient::SourceClient(http_client::HttpClient& http, std::shared_ptr<SourceGovernor> governor,
                           http_client::RetryPolicy retry, ProgressReporter& progress, std::stop_token cancelled)
    : http_(http), governor_(std::move(governor)), retry_(retry), progress_(progress), cancelled_(std::move(cancelled)) {}

Result<Response> SourceClient::Send(Request request, const Judge& judge) {
  return Repeat(std::move(request), judge, [this](const Request& each) { return http_.Send(each); });
}

Result<Response> SourceClient::Download(Request request, const std::filesystem::path& file, const Judge& judge) {
  return Repeat(std::move(request), judge, [&](const Request& each) { return http_.Download(each, file); });
}

Result<Response> SourceClient::Repeat(Request request, const Judge& judge, const Exchange& exchange) {
  request.cancelled = cancelled_;
  for (int attempt = 1;; ++attempt) {
    progress_.Count("requests");
    if (attempt > 1) progress_.Count("retries");
    auto response = exchange(request);
    if (response.ok()) progress_.Count("bytes_received", static_cast<int64_t>(response->body.size()));
    if (!WorthRepeating(response, judge)) return response;
    milliseconds delay = http_client::Backoff(retry_, attempt);
    if (response.ok()) {
      const auto asked = http_client::RetryAfter(*response);
      if (asked && *asked > retry_.max_retry_after) return PutOff(*asked, request.url);
      if (asked) delay = std::max(delay, *asked);
    }
    if (attempt >= retry_.max_attempts) return response;
    if (!Wait(delay, cancelled_)) return Error(Code::kCancelled, "the run was cancelled");
  }
}

Error SourceClient::PutOff(milliseconds delay, const std::string& url) {
  const std::lock_guard lock(mutex_);
  resume_after_ = std::max(resume_after_.value_or(milliseconds(0)), delay);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(delay).count();
  return Error(Code::kResourceExhausted, "the source asked to wait " + std::to_string(seconds) + " s").At(url);
}

std::optional<milliseconds> SourceClient::ResumeAfter() const {
  const std::lock_guard lock(mutex_);
  return resume_after_;
}

}  // namespace tarn::extract

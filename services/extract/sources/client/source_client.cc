#include "services/extract/sources/client/source_client.h"

#include <algorithm>

#include "services/extract/sources/client/source_governor.h"

namespace tarn::extract {

using http_client::Request;
using http_client::Response;
using std::chrono::milliseconds;

Verdict DefaultVerdict(const Response& response) {
  const bool passing = response.status == 429 || response.status == 408 || (response.status >= 500 && response.status != 501);
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
  progress_.Count("requests");
  auto response = exchange(request);
  (void)judge;
  return response;
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

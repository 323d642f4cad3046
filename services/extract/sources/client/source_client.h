#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/http_client/http_client.h"
#include "common/result/result.h"
#include "services/extract/sources/client/source_governor.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

class BodySink;
class SourceTurn;

/// What a response means to whoever asked.
enum class Verdict {
  kTake,   ///< it is the answer, whatever its status
  kRetry,  ///< it may pass: ask again, as the retry policy says
};

/// 429, 408, 5xx but 501, and a 403 that says that a limit is used up are worth another try; everything else
/// is an answer.
Verdict DefaultVerdict(const http_client::Response& response);

/// Sends the requests of one run, politely: within the rate budget, the concurrency and the circuit breaker
/// that all runs of the source share; repeating what may pass; waiting when the source says that its own
/// limit is used up; following up to 5 redirects without taking credentials to another origin, nor to a
/// private address there, nor from https to http. Counts "requests", "retries" and "bytes_received" in the
/// run. Thread-safe.
class SourceClient {
 public:
  SourceClient(http_client::HttpClient& http, std::shared_ptr<SourceGovernor> governor,
               http_client::RetryPolicy retry, ProgressReporter& progress, std::stop_token cancelled);

  using Judge = std::function<Verdict(const http_client::Response&)>;

  /// Returns the answer, or the last response when all tries are used up. Asks for gzip unless the request
  /// has a Range or an Accept-Encoding. Errors, with where() = the URL without its query: those of
  /// HttpClient::Send; kPermissionDenied and kUnprocessable for a redirect that is not followed;
  /// kResourceExhausted if the source asked to wait for longer than the retry policy allows, kUnavailable if
  /// it has been down for a while (the circuit is open): then ResumeAfter says how long the run should wait.
  Result<http_client::Response> Send(http_client::Request request, const Judge& judge = DefaultVerdict);

  /// Like Send, but asks for gzip only if the request says so; the body of a 2xx response is streamed into
  /// `file`.
  Result<http_client::Response> Download(http_client::Request request, const std::filesystem::path& file,
                                         const Judge& judge = DefaultVerdict);

  /// Like Download; the body of a 2xx response goes to `into`, which is told of each try and must not send
  /// requests itself. Errors also those of `into`.
  Result<http_client::Response> Fetch(http_client::Request request, BodySink& into,
                                      const Judge& judge = DefaultVerdict);

  /// Lets every request connect only where `policy` allows.
  void RestrictAddresses(http_client::AddressPolicy policy) { addresses_ = policy; }

  /// True once all tries of a request were used up by failures that pass.
  bool GaveUp() const { return gave_up_; }

  /// Set if the source should be left alone for that long before the run goes on.
  std::optional<std::chrono::milliseconds> ResumeAfter() const;

  /// Waits until no other run of the source exchanges credentials; the right to do so ends with the pointer.
  /// Errors: kCancelled.
  Result<std::shared_ptr<void>> TakeCredentialsTurn();

  /// For the one who has that right.
  SourceGovernor::UnstoredToken& unstored_token() { return governor_->unstored_token(); }

  /// For UpdateNotes.
  std::mutex& notes_mutex();

  /// One try of a request that somebody else signs and repeats (the client of another S3 bucket): it waits
  /// for its turn as those of Send do, is counted, and is sent as it is. Errors: those of HttpClient::Send;
  /// kResourceExhausted if the source wants to be left alone for longer than the retry policy allows, or is
  /// down, so that nobody repeats it: then ResumeAfter says how long the run should wait.
  Result<http_client::Response> SendOnce(http_client::Request request, bool repeated);
  /// Like SendOnce, of HttpClient::Open. The turn ends with the body, or with the stream.
  Result<std::unique_ptr<http_client::ResponseStream>> OpenOnce(http_client::Request request, bool repeated);
  /// All tries of such a request were used up.
  void NoteGivenUp() { gave_up_ = true; }
  /// For the one who sends requests by SendOnce and OpenOnce, and nothing past them.
  http_client::HttpClient& http() { return http_; }
  const http_client::RetryPolicy& retry() const { return retry_; }
  const std::stop_token& cancelled() const { return cancelled_; }

 private:
  using Exchange = std::function<Result<http_client::Response>(const http_client::Request&)>;
  struct Try;
  Result<http_client::Response> Repeat(http_client::Request request, const Judge& judge,
                                       const Exchange& exchange);
  Try FollowingRedirects(http_client::Request request, const Exchange& exchange, bool repeated);
  Try Once(const http_client::Request& request, const Exchange& exchange, bool repeated);
  void Restrict(http_client::Request& request) const;
  /// Errors: kCancelled, and those of PutOff.
  Result<std::unique_ptr<SourceTurn>> TakeTurn(bool repeated);
  /// Counts a response, and lets others wait if it says that the source's own limit is used up.
  void Look(const http_client::Response& response);
  /// Errors: kResourceExhausted if it asks to wait for too long.
  Status CheckAskedDelay(const http_client::Response& response);
  void Hold(std::chrono::milliseconds delay);
  static Error NotToBeRepeated(const Error& error);
  Error PutOff(Code code, const std::string& why, std::chrono::milliseconds delay);

  http_client::HttpClient& http_;
  const std::shared_ptr<SourceGovernor> governor_;
  const http_client::RetryPolicy retry_;
  ProgressReporter& progress_;
  const std::stop_token cancelled_;
  std::optional<http_client::AddressPolicy> addresses_;
  std::atomic<bool> gave_up_ = false;

  mutable std::mutex mutex_;
  std::optional<std::chrono::milliseconds> resume_after_;
};

}  // namespace tarn::extract

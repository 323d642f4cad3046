#include "services/extract/runs/sample.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/json/json.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract {
namespace {

constexpr size_t kExcerptBytes = 2'000;

http_client::RetryPolicy FewTries() {
  http_client::RetryPolicy policy;
  policy.max_attempts = 2;
  policy.max_retry_after = std::chrono::seconds(2);
  return policy;
}

/// Keeps the first page and then asks the connector to stop.
class FirstPage : public PageSink {
 public:
  FirstPage(Sample& sample, std::stop_source& enough) : sample_(sample), enough_(enough) {}

  Result<std::optional<std::string>> Find(const PageId&) override { return std::optional<std::string>(); }
  Result<bool> Has(const PageId&) override { return false; }

  Status Put(const PageId& page, std::string_view content, const PageFacts& facts) override {
    const std::lock_guard lock(mutex_);
    // Pages that only describe what follows hold no records.
    if (seen_ || (facts.records == 0 && facts.first_record.empty() && !page.name.empty())) return Ok();
    seen_ = true;
    sample_.stream = page.stream;
    sample_.records = facts.records;
    sample_.first_record = facts.first_record;
    sample_.excerpt = std::string(content.substr(0, kExcerptBytes));
    enough_.request_stop();
    return Error(Code::kCancelled, "the sample is complete");
  }

  Status PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) override {
    std::ifstream in(file, std::ios::binary);
    std::string start(kExcerptBytes, '\0');
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<size_t>(in.gcount()));
    PageFacts known = facts;
    known.records = std::max<int64_t>(known.records, 1);  // a file is something
    const Status status = Put(page, start, known);
    if (!status.ok()) sample_.records = facts.records;
    return status;
  }

  Status Finish(const std::string&) override { return Ok(); }
  bool seen() const { return seen_; }

 private:
  Sample& sample_;
  std::stop_source& enough_;
  std::mutex mutex_;
  bool seen_ = false;
};

/// Counts requests and forgets the rest.
class RequestCount : public ProgressReporter {
 public:
  void Advance(double) override {}
  void Count(std::string_view name, int64_t amount) override {
    if (name == "requests") requests += amount;
  }
  void Expect(int64_t) override {}
  std::atomic<int64_t> requests = 0;
};

/// The source's notes, as refresh tokens must not be lost, but no cursor: a sample is wanted in any case.
class WithoutCursor : public SavedState {
 public:
  explicit WithoutCursor(SavedState& state) : state_(state) {}
  Result<std::string> LoadCursor() override { return std::string(); }
  void StageCursor(std::string) override {}
  Result<std::string> LoadNotes() override { return state_.LoadNotes(); }
  Status SaveNotes(const std::string& notes) override { return state_.SaveNotes(notes); }

 private:
  SavedState& state_;
};

/// Asks for a stop when the time is up, or when the caller does.
class Deadline {
 public:
  Deadline(std::chrono::milliseconds timeout, const std::stop_token& caller, std::stop_source& stop)
      : with_caller_(caller, [&stop] { stop.request_stop(); }),
        thread_([this, timeout, &stop](std::stop_token over) {
          std::unique_lock lock(mutex_);
          if (changed_.wait_for(lock, over, timeout, [&] { return over.stop_requested(); })) return;
          if (over.stop_requested()) return;
          passed_ = true;
          stop.request_stop();
        }) {}
  bool passed() const { return passed_; }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::atomic<bool> passed_ = false;
  std::stop_callback<std::function<void()>> with_caller_;
  std::jthread thread_;
};

}  // namespace

Sample TakeSample(Connector& connector, SampleContext context) {
  Sample sample;
  std::stop_source enough;
  FirstPage pages(sample, enough);
  RequestCount progress;
  WithoutCursor state(context.state);
  const auto started = std::chrono::steady_clock::now();
  std::filesystem::create_directories(context.scratch);
  {
    const Deadline deadline(context.timeout, context.cancelled, enough);
    SourceClient client(context.http, context.governor, FewTries(), progress, enough.get_token());
    if (context.addresses) client.RestrictAddresses(*context.addresses);
    RunContext run{client, pages, state, progress, std::nullopt, Now(), context.scratch, enough.get_token()};
    run.is_sample = true;
    const auto outcome = connector.Run(run);
    if (!pages.seen() && deadline.passed()) {
      sample.error =
          Error(Code::kDeadlineExceeded, "the source gave nothing within the time for a look at it");
    } else if (!pages.seen() && !outcome.ok()) {
      sample.error = outcome.error();
    } else if (!pages.seen() && !outcome->problems.empty()) {
      sample.error = outcome->problems.front();
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(context.scratch, ignored);
  sample.requests = progress.requests;
  sample.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  return sample;
}

nlohmann::json ToJson(const Sample& sample) {
  const auto record = json::Parse(sample.first_record);
  nlohmann::json result = {
      {"ok", !sample.error},
      {"stream", sample.stream.empty() ? nlohmann::json() : nlohmann::json(sample.stream)},
      {"records", sample.records},
      {"sample", record.ok() ? *record : nlohmann::json()},
      {"excerpt", sample.excerpt.empty() ? nlohmann::json() : nlohmann::json(sample.excerpt)},
      {"requests", sample.requests},
      {"duration_ms", sample.duration.count()},
      {"error", nullptr}};
  if (sample.error) {
    result["error"] = {
        {"code", CodeName(sample.error->code())},
        {"detail", sample.error->message()},
        {"where", sample.error->where().empty() ? nlohmann::json() : nlohmann::json(sample.error->where())}};
  }
  return result;
}

}  // namespace tarn::extract

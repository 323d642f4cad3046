// Measures how fast the event log goes out as webhooks, beside a bare loop of libcurl. See README.md.
#include <curl/curl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "bench/event_delivery/receiver.h"
#include "common/events/deliverer.h"
#include "common/events/webhook.h"
#include "common/http_client/http_client.h"
#include "common/logging/log.h"
#include "common/metrics/registry.h"
#include "common/object_store/local_object_store.h"

namespace tarn::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kEvents = 10'000, kInFlight = 8;

struct Measured {
  double per_second = 0, cpu_us = 0;
};

template <class T>
T Must(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().message().c_str());
  std::exit(1);
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Times `work` until the receiver has every event.
Measured Time(Tally& tally, const std::function<void()>& work) {
  tally.Clear();
  const double cpu = CpuSeconds();
  const auto begin = Clock::now();
  work();
  while (tally.distinct < kEvents) std::this_thread::sleep_for(std::chrono::microseconds(200));
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return {kEvents / seconds, (CpuSeconds() - cpu) / kEvents * 1e6};
}

// The yardstick: the same bodies and headers, rendered beforehand, by threads that do nothing but POST.
void PostAll(const std::string& url, const std::vector<std::string>& bodies) {
  std::atomic<size_t> next{0};
  const auto post = [&] {
    CURL* easy = curl_easy_init();
    curl_slist* headers = curl_slist_append(nullptr, "content-type: application/cloudevents+json; charset=utf-8");
    headers = curl_slist_append(headers, "webhook-id: 01k00000000000000000000000");
    headers = curl_slist_append(headers, "webhook-timestamp: 1700000000");
    headers = curl_slist_append(headers, "webhook-signature: v1,0123456789012345678901234567890123456789012=");
    headers = curl_slist_append(headers, "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01");
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    for (size_t i; (i = next++) < bodies.size();) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(bodies[i].size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, bodies[i].c_str());
      if (curl_easy_perform(easy) != CURLE_OK) std::exit(1);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kInFlight; ++i) threads.emplace_back(post);
  for (std::thread& thread : threads) thread.join();
}

void PutEvents(object_store::ObjectStore& store) {
  constexpr int kPerCommit = 250;
  for (int i = 0; i < kEvents; i += kPerCommit) {
    std::vector<object_store::Change> changes(kPerCommit);
    for (int j = 0; j < kPerCommit; ++j) {
      auto& change = changes[static_cast<size_t>(j)];
      change.bucket = "raw";
      change.key = "sales/day=2024-09-11/part-" + std::to_string(i + j) + ".json";
      change.content = Must(Must(store.Stage())->Finish());
    }
    Must(store.Commit(std::move(changes), {}));
  }
}

class Bench {
 public:
  Bench(const std::filesystem::path& lake, Receiver& receiver)
      : receiver_(receiver),
        store_(Must(object_store::OpenLocalStore({lake, "extract"}))),
        subscriptions_(Must(events::SubscriptionStore::Open(lake))) {
    if (!store_->EnsureBucket("raw").ok()) std::exit(1);
    PutEvents(*store_);
    for (const auto& event : Must(store_->ReadEvents(0, {}, 2 * kEvents)).events) bodies_.push_back(events::ToCloudEvent(event));
  }

  Measured Bare() {
    return Time(receiver_.tally(), [&] { PostAll(receiver_.url(), bodies_); });
  }

  // From the start of the deliverer until the last event has arrived; then it must also have stored that.
  Measured Tarn(int in_flight) {
    events::Subscription subscription;
    subscription.id = "bench" + std::to_string(++subscribed_);
    subscription.endpoint = receiver_.url();
    Must(subscriptions_->Upsert(subscription, 0));
    http_client::HttpClient client;
    metrics::Registry metrics;
    std::unique_ptr<events::Deliverer> deliverer;
    const Measured measured = Time(receiver_.tally(), [&] {
      deliverer = events::Deliverer::Start({.writer = "extract", .max_in_flight = in_flight}, *store_, *subscriptions_, client, metrics);
    });
    while (Must(subscriptions_->LoadState(subscription.id, "extract")).delivered_sequence < kEvents) std::this_thread::yield();
    if (receiver_.tally().requests != kEvents) std::fprintf(stderr, "events were delivered twice\n"), std::exit(1);
    deliverer.reset();
    if (!subscriptions_->Remove(subscription.id).ok()) std::exit(1);
    return measured;
  }

 private:
  Receiver& receiver_;
  std::unique_ptr<object_store::ObjectStore> store_;
  std::unique_ptr<events::SubscriptionStore> subscriptions_;
  std::vector<std::string> bodies_;
  int subscribed_ = 0;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void PrintRow(const char* name, const std::vector<Measured>& rounds) {
  std::vector<double> rates, cpu;
  for (const Measured& round : rounds) rates.push_back(round.per_second), cpu.push_back(round.cpu_us);
  const auto [least, most] = std::minmax_element(rates.begin(), rates.end());
  std::printf("| %s | %.0f | %.0f to %.0f | %.1f |\n", name, Median(rates), *least, *most, Median(cpu));
}

int Run(int rounds) {
  Receiver receiver;  // forks, so first
  curl_global_init(CURL_GLOBAL_DEFAULT);
  log::Configure("bench", log::Level::kWarn, log::Format::kText);
  char directory[] = "/tmp/tarn_event_delivery_XXXXXX";
  if (!mkdtemp(directory)) return 1;
  {
    Bench bench(std::filesystem::path(directory) / "lake", receiver);
    std::vector<Measured> bare, eight, one;
    std::vector<double> ratios;
    for (int i = 0; i < rounds; ++i) {
      bare.push_back(bench.Bare());
      eight.push_back(bench.Tarn(kInFlight));
      one.push_back(bench.Tarn(1));
      ratios.push_back(eight.back().per_second / bare.back().per_second);
    }
    std::printf("| %d events | events/s | lowest to highest | CPU us/event |\n|---|---:|---:|---:|\n", kEvents);
    PrintRow("bare loop of libcurl, 8 connections", bare);
    PrintRow("Tarn, 8 in flight", eight);
    PrintRow("Tarn, 1 in flight", one);
    std::printf("\n| Ratio of events/s | median of the rounds |\n|---|---:|\n| Tarn, 8 in flight / bare loop | %.2f |\n", Median(ratios));
  }
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace tarn::bench

int main(int argc, char** argv) { return tarn::bench::Run(argc > 1 ? std::atoi(argv[1]) : 5); }

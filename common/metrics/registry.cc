#include "common/metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <utility>

namespace tarn::metrics {
namespace {

class PrometheusCounter : public Counter {
 public:
  explicit PrometheusCounter(prometheus::Counter& counter) : counter_(counter) {}
  void Add(double amount) override { counter_.Increment(amount); }

 private:
  prometheus::Counter& counter_;
};

class PrometheusGauge : public Gauge {
 public:
  explicit PrometheusGauge(prometheus::Gauge& gauge) : gauge_(gauge) {}
  void Set(double value) override { gauge_.Set(value); }
  void Add(double amount) override { gauge_.Increment(amount); }

 private:
  prometheus::Gauge& gauge_;
};

class PrometheusHistogram : public Histogram {
 public:
  explicit PrometheusHistogram(prometheus::Histogram& histogram) : histogram_(histogram) {}
  void Observe(double value) override { histogram_.Observe(value); }

 private:
  prometheus::Histogram& histogram_;
};

const std::vector<double>& LatencyBounds() {
  static const std::vector<double> bounds = {.001, .0025, .005, .01, .025, .05, .1, .25,
                                             .5,   1,     2.5,  5,   10,   30,  60};
  return bounds;
}

}  // namespace

struct Registry::State {
  using Key = std::pair<std::string, Labels>;
  mutable std::mutex mutex;
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  std::map<Key, std::unique_ptr<Counter>> counters;
  std::map<Key, std::unique_ptr<Gauge>> gauges;
  std::map<Key, std::unique_ptr<Histogram>> histograms;
};

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter& Registry::GetCounter(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(state_->mutex);
  auto& counter = state_->counters[{name, labels}];
  if (!counter) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
    counter = std::make_unique<PrometheusCounter>(family.Add(labels));
  }
  return *counter;
}

Gauge& Registry::GetGauge(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(state_->mutex);
  auto& gauge = state_->gauges[{name, labels}];
  if (!gauge) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
    gauge = std::make_unique<PrometheusGauge>(family.Add(labels));
  }
  return *gauge;
}

Histogram& Registry::GetHistogram(const std::string& name, const std::string& help, const Labels& labels,
                                  const std::vector<double>& bounds) {
  const std::lock_guard lock(state_->mutex);
  auto& histogram = state_->histograms[{name, labels}];
  if (!histogram) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
    histogram =
        std::make_unique<PrometheusHistogram>(family.Add(labels, bounds.empty() ? LatencyBounds() : bounds));
  }
  return *histogram;
}

std::string Registry::Render() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace tarn::metrics

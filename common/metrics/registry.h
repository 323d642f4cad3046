#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tarn::metrics {

/// Label names and values. Values must come from a bounded set: never ids, keys or SQL.
using Labels = std::map<std::string, std::string>;

/// A number that only grows. Thread-safe.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void Add(double amount = 1) = 0;
};

/// A number that goes up and down. Thread-safe.
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void Set(double value) = 0;
  virtual void Add(double amount) = 0;
};

/// Counts observations in buckets. Thread-safe.
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void Observe(double value) = 0;
};

/// The metrics of one process. Asking twice for the same name and labels gives the same object, which lives
/// as long as the registry. Names follow Prometheus' rules: `tarn_..._total`, `_seconds`, `_bytes`.
/// Thread-safe.
class Registry {
 public:
  Registry();
  ~Registry();

  Counter& GetCounter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& GetGauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `bounds`: upper bounds of the buckets, increasing; empty stands for 1 ms to 60 s.
  Histogram& GetHistogram(const std::string& name, const std::string& help, const Labels& labels = {},
                          const std::vector<double>& bounds = {});

  /// The Prometheus text format, version 0.0.4.
  std::string Render() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tarn::metrics

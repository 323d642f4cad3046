#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kDouble = FunctionType::kDouble;
constexpr auto kDoubles = FunctionType::kDoubles;
constexpr auto kTexts = FunctionType::kTexts;

double NormalCdf(double z) { return 0.5 * (1 + std::erf(z / std::sqrt(2.0))); }

void Normal(ScalarCall& call) {
  const double mean = call.Double(0), deviation = call.Double(1), x = call.Double(2);
  if (!(deviation > 0)) return call.Fail("normal_cdf: the standard deviation must be positive");
  call.ReturnDouble(NormalCdf((x - mean) / deviation));
}

// https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
template <int kSign>
void Wilson(ScalarCall& call) {
  const auto successes = static_cast<double>(call.Integer(0)), trials = static_cast<double>(call.Integer(1));
  const double z = call.Double(2);
  if (successes < 0 || trials <= 0 || successes > trials || !(z >= 0))
    return call.Fail("wilson_interval: successes are from 0 to trials, z is not negative");
  const double p = successes / trials, square = z * z;
  call.ReturnDouble(
      (p + square / 2 / trials + kSign * z * std::sqrt(p * (1 - p) / trials + square / 4 / trials / trials)) /
      (1 + square / trials));
}

// The pairs of elements, in `pairs`; false after it has answered.
bool Pairs(ScalarCall& call, std::vector<std::pair<double, double>>& pairs) {
  const auto a = call.Doubles(0), b = call.Doubles(1);
  if (a.size() != b.size()) return call.Fail("The arguments must have the same length"), false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!a[i] || !b[i]) return call.ReturnNull(), false;
    pairs.emplace_back(*a[i], *b[i]);
  }
  return true;
}

void DotProduct(ScalarCall& call) {
  std::vector<std::pair<double, double>> pairs;
  if (!Pairs(call, pairs)) return;
  double sum = 0;
  for (const auto& [a, b] : pairs) sum += a * b;
  call.ReturnDouble(sum);
}

void EuclideanDistance(ScalarCall& call) {
  std::vector<std::pair<double, double>> pairs;
  if (!Pairs(call, pairs)) return;
  double sum = 0;
  for (const auto& [a, b] : pairs) sum += (a - b) * (a - b);
  call.ReturnDouble(std::sqrt(sum));
}

void CosineSimilarity(ScalarCall& call) {
  std::vector<std::pair<double, double>> pairs;
  if (!Pairs(call, pairs)) return;
  double dot = 0, left = 0, right = 0;
  for (const auto& [a, b] : pairs) {
    dot += a * b;
    left += a * a;
    right += b * b;
  }
  if (left == 0 || right == 0) return call.Fail("Vector magnitude cannot be zero");
  call.ReturnDouble(dot / std::sqrt(left * right));
}

void SparseCosine(ScalarCall& call) {
  const auto read = [&](size_t keys, std::map<std::string, double>& vector, double& norm) {
    const auto names = call.Texts(keys);
    const auto values = call.Doubles(keys + 1);
    for (size_t i = 0; i < names.size(); ++i) {
      if (!names[i] || !values[i]) return false;
      vector[*names[i]] = *values[i];
      norm += *values[i] * *values[i];
    }
    return true;
  };
  std::map<std::string, double> a, b;
  double left = 0, right = 0, dot = 0;
  if (!read(0, a, left) || !read(2, b, right)) return call.ReturnNull();
  if (left == 0 || right == 0) return call.ReturnNull();
  for (const auto& [name, value] : a) {
    const auto other = b.find(name);
    if (other != b.end()) dot += value * other->second;
  }
  call.ReturnDouble(dot / (std::sqrt(left) * std::sqrt(right)));
}

const ScalarFunction kFunctions[] = {
    {"tarn_normal_cdf", {kDouble, kDouble, kDouble}, kDouble, Normal},
    {"tarn_wilson_lower", {FunctionType::kInteger, FunctionType::kInteger, kDouble}, kDouble, Wilson<-1>},
    {"tarn_wilson_upper", {FunctionType::kInteger, FunctionType::kInteger, kDouble}, kDouble, Wilson<1>},
    {"tarn_dot_product", {kDoubles, kDoubles}, kDouble, DotProduct},
    {"tarn_euclidean_distance", {kDoubles, kDoubles}, kDouble, EuclideanDistance},
    {"tarn_cosine_similarity", {kDoubles, kDoubles}, kDouble, CosineSimilarity},
    {"tarn_cosine_similarity_sparse", {kTexts, kDoubles, kTexts, kDoubles}, kDouble, SparseCosine},
};

}  // namespace

std::span<const ScalarFunction> StatisticsExtensions() { return kFunctions; }

}  // namespace tarn::query

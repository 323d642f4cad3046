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

// The continued fraction of the incomplete beta function (Numerical Recipes, 6.4).
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (std::abs(d) < kTiny ? kTiny : d);
  double h = d;
  for (int m = 1; m <= 500; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    c = 1 + even / c;
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    c = std::abs(c) < kTiny ? kTiny : c;
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    c = 1 + odd / c;
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    c = std::abs(c) < kTiny ? kTiny : c;
    const double change = d * c;
    h *= change;
    if (std::abs(change - 1) < 1e-16) break;
  }
  return h;
}

double BetaCdf(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front * BetaFraction(a, b, x) / a : 1 - front * BetaFraction(b, a, 1 - x) / b;
}

void Beta(ScalarCall& call) {
  const double a = call.Double(0), b = call.Double(1), x = call.Double(2);
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(x <= 1)) return call.Fail("beta_cdf: a and b must be positive, the value from 0 to 1");
  call.ReturnDouble(BetaCdf(a, b, x));
}

void InverseBeta(ScalarCall& call) {
  const double a = call.Double(0), b = call.Double(1), p = call.Double(2);
  if (!(a > 0) || !(b > 0) || !(p >= 0) || !(p <= 1)) return call.Fail("inverse_beta_cdf: a and b must be positive, p from 0 to 1");
  if (p == 0 || p == 1) return call.ReturnDouble(p);
  double low = 0, high = 1;
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = (low + high) / 2;
    if (middle == low || middle == high) break;
    (BetaCdf(a, b, middle) < p ? low : high) = middle;
  }
  call.ReturnDouble((low + high) / 2);
}

double NormalCdf(double z) { return 0.5 * (1 + std::erf(z / std::sqrt(2.0))); }

void Normal(ScalarCall& call) {
  const double mean = call.Double(0), deviation = call.Double(1), x = call.Double(2);
  if (!(deviation > 0)) return call.Fail("normal_cdf: the standard deviation must be positive");
  call.ReturnDouble(NormalCdf((x - mean) / deviation));
}

void InverseNormal(ScalarCall& call) {
  const double mean = call.Double(0), deviation = call.Double(1), p = call.Double(2);
  if (!(deviation > 0) || !(p > 0) || !(p < 1)) return call.Fail("inverse_normal_cdf: the standard deviation must be positive, p between 0 and 1");
  if (p == 0.5) return call.ReturnDouble(mean);
  double low = -40, high = 40;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
  }
  call.ReturnDouble(mean + deviation * (low + high) / 2);
}

// https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
template <int kSign>
void Wilson(ScalarCall& call) {
  const auto successes = static_cast<double>(call.Integer(0)), trials = static_cast<double>(call.Integer(1));
  const double z = call.Double(2);
  if (successes < 0 || trials <= 0 || successes > trials || !(z >= 0)) return call.Fail("wilson_interval: successes are from 0 to trials, z is not negative");
  const double p = successes / trials, square = z * z;
  call.ReturnDouble((p + square / 2 / trials + kSign * z * std::sqrt(p * (1 - p) / trials + square / 4 / trials / trials)) / (1 + square / trials));
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
    {"tarn_beta_cdf", {kDouble, kDouble, kDouble}, kDouble, Beta},
    {"tarn_inverse_beta_cdf", {kDouble, kDouble, kDouble}, kDouble, InverseBeta},
    {"tarn_normal_cdf", {kDouble, kDouble, kDouble}, kDouble, Normal},
    {"tarn_inverse_normal_cdf", {kDouble, kDouble, kDouble}, kDouble, InverseNormal},
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

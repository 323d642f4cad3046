#include "common/text/near_names.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/text/lower_case.h"

namespace tarn::text {
namespace {

constexpr size_t kMaxNames = 5;
constexpr size_t kMaxLength = 128;  // longer ones are not worth the quadratic time

size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substituted}));
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> NearNames(const std::string& wanted, const std::vector<std::string>& names) {
  const std::string lower = LowerCase(wanted);
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const auto& name : names) {
    if (name.size() > kMaxLength || lower.size() > kMaxLength) continue;
    const size_t distance = EditDistance(lower, LowerCase(name));
    if (distance <= std::max<size_t>(1, lower.size() / 2)) ranked.emplace_back(distance, name);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < std::min(ranked.size(), kMaxNames); ++i) nearest.push_back(std::move(ranked[i].second));
  return nearest;
}

}  // namespace tarn::text

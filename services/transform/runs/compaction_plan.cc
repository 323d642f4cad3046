#include "services/transform/runs/compaction_plan.h"

#include <algorithm>
#include <map>

namespace tarn::transform {
namespace {

// Files under this are all alike: opening one costs more than reading it.
constexpr uint64_t kTiny = 64 * 1024;

// 0 for tiny files, and one more for each time that they are `factor` times as large.
int TierOf(uint64_t size_bytes, uint64_t factor) {
  int tier = 0;
  for (; size_bytes > kTiny; size_bytes /= factor) ++tier;
  return tier;
}

}  // namespace

std::vector<TableFile> PickFiles(std::vector<TableFile> files, const Compaction& compaction) {
  const auto target = static_cast<uint64_t>(compaction.target_bytes);
  const auto min_files = static_cast<size_t>(std::max<int64_t>(compaction.min_files, 2));
  std::map<int, std::vector<TableFile>> tiers;
  for (TableFile& file : files) {
    // Two of more than half the target would make one that is too large.
    if (file.object.size_bytes > target / 2) continue;
    tiers[TierOf(file.object.size_bytes, min_files)].push_back(std::move(file));
  }
  for (auto& [tier, alike] : tiers) {
    if (alike.size() < min_files) continue;
    std::sort(alike.begin(), alike.end(),
              [](const TableFile& a, const TableFile& b) { return a.object.key < b.object.key; });
    uint64_t size_bytes = 0;
    size_t count = 0;
    while (count < std::min(alike.size(), kMaxCompactedFiles) && size_bytes < target)
      size_bytes += alike[count++].object.size_bytes;
    alike.erase(alike.begin() + static_cast<std::ptrdiff_t>(count), alike.end());
    if (alike.size() >= 2) return std::move(alike);
  }
  return {};
}

}  // namespace tarn::transform

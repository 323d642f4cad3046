#include <array>
#include <charconv>
#include <limits>

#include "common/config/option_set.h"

namespace tarn::config {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

// Largest first: rendering takes the first that divides.
constexpr std::array<Unit, 5> kSizes = {
    {{"TiB", 1ull << 40}, {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"", 1}}};
constexpr std::array<Unit, 5> kDurations = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

template <size_t N>
Result<uint64_t> ParseWithUnit(std::string_view text, const std::array<Unit, N>& units,
                               std::string_view example) {
  uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc()) {
    const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
    for (const Unit& known : units) {
      const bool fits = number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) / known.factor;
      if (unit == known.name && fits) return number * known.factor;
    }
  }
  return Error(Code::kInvalidArgument, "expected a number with a unit such as " + std::string(example) +
                                           ", got: " + std::string(text));
}

template <size_t N>
std::string FormatWithUnit(uint64_t value, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0)
      return std::to_string(value / unit.factor) + std::string(unit.name);
  }
  return "0" + std::string(units.back().name);
}

}  // namespace

Result<uint64_t> ParseSize(std::string_view text) {
  return ParseWithUnit(text, kSizes, "512, 64KiB, 5MiB or 2GiB");
}

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  TARN_ASSIGN(const uint64_t ms, ParseWithUnit(text, kDurations, "250ms, 10s, 5m, 2h or 3d"));
  return std::chrono::milliseconds(static_cast<int64_t>(ms));
}

std::string FormatSize(uint64_t bytes) { return FormatWithUnit(bytes, kSizes); }

std::string FormatDuration(std::chrono::milliseconds duration) {
  return FormatWithUnit(static_cast<uint64_t>(duration.count()), kDurations);
}

}  // namespace tarn::config

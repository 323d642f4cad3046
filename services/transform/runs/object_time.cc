#include "services/transform/runs/object_time.h"

#include <string>

namespace tarn::transform {
namespace {

constexpr std::string_view kMark = "run=";
constexpr size_t kCompactLength = std::string_view("20260203T040506Z").size();

// "20260203T040506Z" as RFC 3339, whose parser checks the digits and the calendar.
std::string Expanded(std::string_view compact) {
  const auto part = [&](size_t from, size_t length) { return std::string(compact.substr(from, length)); };
  return part(0, 4) + "-" + part(4, 2) + "-" + part(6, 3) + part(9, 2) + ":" + part(11, 2) + ":" +
         part(13, 3);
}

}  // namespace

Timestamp ObjectTime(std::string_view key, Timestamp last_modified) {
  for (size_t at = key.find(kMark); at != std::string_view::npos; at = key.find(kMark, at + 1)) {
    if (at != 0 && key[at - 1] != '/') continue;
    const std::string_view text = key.substr(at + kMark.size());
    if (text.size() <= kCompactLength || text[kCompactLength] != '_') continue;
    const auto time = ParseRfc3339(Expanded(text.substr(0, kCompactLength)));
    if (time.ok()) return *time;
  }
  return last_modified;
}

}  // namespace tarn::transform

#include "services/extract/sources/rest/json_path.h"

#include <algorithm>

namespace tarn::extract::rest {
namespace {

constexpr size_t kMaxSteps = 16;

Result<std::string> Unescape(std::string_view step) {
  std::string plain;
  for (size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      plain += step[i];
      continue;
    }
    const char escaped = i + 1 < step.size() ? step[++i] : '\0';
    if (escaped != '0' && escaped != '1') {
      return Error(Code::kInvalidArgument, "in a JSON pointer, ~ stands only in ~0 and ~1");
    }
    plain += escaped == '0' ? '~' : '/';
  }
  return plain;
}

}  // namespace

Result<JsonPath> JsonPath::Parse(std::string_view text) {
  JsonPath path;
  if (text.empty()) return path;
  const bool is_pointer = text.front() == '/';
  const char separator = is_pointer ? '/' : '.';
  if (is_pointer) text.remove_prefix(1);
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    std::string step(text.substr(start, end - start));
    if (is_pointer) {
      TARN_ASSIGN(step, Unescape(step));
    } else if (step.empty()) {
      return Error(Code::kInvalidArgument,
                   "expected a path like data.items or /data/items, got: " + std::string(text));
    }
    path.steps_.push_back(std::move(step));
    start = end + 1;
  }
  if (path.steps_.size() > kMaxSteps) return Error(Code::kInvalidArgument, "a path has at most 16 steps");
  return path;
}

std::string JsonPath::Pointer() const {
  std::string pointer;
  for (const std::string& step : steps_) {
    pointer += '/';
    for (const char c : step)
      pointer += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  }
  return pointer;
}

}  // namespace tarn::extract::rest

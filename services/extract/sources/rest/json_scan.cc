#include "services/extract/sources/rest/json_scan.h"

#include <algorithm>
#include <charconv>

#include "common/json/pull.h"

namespace tarn::extract::rest {
namespace {

using json::PullReader;

constexpr size_t kMaxPaths = 32;  // a bit for each

/// The value that comes next, as it stands in the text; empty if there is none.
std::string_view Take(PullReader& in) {
  const size_t start = in.Position();
  in.Skip();
  return in.Since(start);
}

class Scanner {
 public:
  Scanner(std::string_view text, const std::vector<JsonPath>& wanted) : in_(text), wanted_(wanted) {
    scan_.found.resize(wanted.size());
  }

  Result<JsonScan> Scan() {
    const size_t paths = std::min(wanted_.size(), kMaxPaths);
    Value(0, paths == 0 ? 0 : ~0U >> (kMaxPaths - paths));
    TARN_TRY(in_.Finish());
    return std::move(scan_);
  }

 private:
  // `matching` has a bit for each wanted path whose first `level` steps lead here.
  void Value(size_t level, uint32_t matching) {
    const size_t start = in_.Position();
    int64_t elements = -1;
    const bool matters = matching != 0 || level == 0 || (level == 1 && in_.AtArray());
    if (matters && in_.AtObject()) {
      in_.Object([&](std::string_view name) { Value(level + 1, Narrow(matching, level, name)); });
    } else if (matters && in_.AtArray()) {
      elements = Elements(level, matching);
    } else {
      in_.Skip();
    }
    Keep({in_.Since(start), elements}, level, matching);
  }

  int64_t Elements(size_t level, uint32_t matching) {
    int64_t elements = 0;
    in_.Array([&] {
      Value(level + 1, matching == 0 ? 0 : Narrow(matching, level, std::to_string(elements)));
      ++elements;
    });
    return elements;
  }

  void Keep(JsonSpan span, size_t level, uint32_t matching) {
    if (level == 0) scan_.root = span;
    if (level == 1 && span.IsArray() && scan_.top_arrays.size() < 2) scan_.top_arrays.push_back(span);
    for (size_t i = 0; i < kMaxPaths && matching >> i != 0; ++i) {
      if ((matching >> i & 1) && wanted_[i].steps().size() == level) scan_.found[i] = span;
    }
  }

  /// The paths among `matching` whose next step has that name.
  uint32_t Narrow(uint32_t matching, size_t level, std::string_view name) const {
    uint32_t narrowed = 0;
    for (size_t i = 0; i < kMaxPaths && matching >> i != 0; ++i) {
      const auto& steps = wanted_[i].steps();
      if ((matching >> i & 1) && steps.size() > level && steps[level] == name) narrowed |= 1U << i;
    }
    return narrowed;
  }

  PullReader in_;
  const std::vector<JsonPath>& wanted_;
  JsonScan scan_;
};

std::optional<std::string_view> Member(PullReader& in, const std::string& wanted) {
  std::optional<std::string_view> found;
  in.Object([&](std::string_view name) {
    const bool is_wanted = name == wanted;
    const std::string_view value = Take(in);
    if (is_wanted) found = value;
  });
  return found;
}

std::optional<std::string_view> Element(PullReader& in, const std::string& step) {
  size_t wanted = 0, index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), wanted);
  if (error != std::errc() || end != step.data() + step.size()) return std::nullopt;
  std::optional<std::string_view> found;
  in.Array([&] {
    const std::string_view value = Take(in);
    if (index++ == wanted) found = value;
  });
  return found;
}

std::optional<std::string_view> Within(std::string_view value, const std::string& step) {
  PullReader in(value);
  if (in.AtObject()) return Member(in, step);
  return in.AtArray() ? Element(in, step) : std::nullopt;
}

}  // namespace

Result<JsonScan> ScanJson(std::string_view text, const std::vector<JsonPath>& wanted) {
  return Scanner(text, wanted).Scan();
}

std::vector<std::string_view> ElementsOf(std::string_view array) {
  std::vector<std::string_view> elements;
  PullReader in(array);
  in.Array([&] { elements.push_back(Take(in)); });
  return elements;
}

std::string_view FirstElementOf(std::string_view array) {
  PullReader in(array.substr(1));  // nothing but the first element is read of a long array
  return Take(in);
}

std::optional<std::string_view> ValueAt(std::string_view text, const JsonPath& path) {
  PullReader in(text);
  if (path.steps().empty()) return Take(in);
  std::optional<std::string_view> value = text;
  for (const std::string& step : path.steps()) {
    value = Within(*value, step);
    if (!value) return std::nullopt;
  }
  return value;
}

std::optional<std::string> ScalarText(std::string_view value) {
  if (value.empty() || value == "null" || value.front() == '{' || value.front() == '[') return std::nullopt;
  if (value.front() != '"') return std::string(value);
  PullReader in(value);
  return std::string(in.String().value_or(""));
}

}  // namespace tarn::extract::rest

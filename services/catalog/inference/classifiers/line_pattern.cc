#include "services/catalog/inference/classifiers/line_pattern.h"

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "common/duckdb/engine.h"
#include "common/text/lower_case.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxPatternBytes = 4096;
constexpr size_t kMaxGroups = 200;

Error Wrong(std::string what) { return Error(Code::kInvalidArgument, std::move(what)); }

// The end of a class [...] that starts at `at`.
size_t ClassEnd(std::string_view pattern, size_t at) {
  size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '^') ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  for (; i < pattern.size() && pattern[i] != ']'; ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (pattern.substr(i, 2) == "[:")
      i = std::min(pattern.find(":]", i), pattern.size() - 1);
  }
  return i;
}

Status AddGroup(std::string_view pattern, size_t name_at, LinePattern& into) {
  const size_t end = pattern.find('>', name_at);
  if (end == std::string_view::npos) return Wrong("a group's name does not end with >");
  into.groups.emplace_back(pattern.substr(name_at, end - name_at));
  return Ok();
}

// Walks over the pattern from group to group; what RE2 does not take is found by RE2.
Result<LinePattern> FindGroups(std::string_view pattern) {
  LinePattern found;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t from = i;
    if (pattern.substr(i, 2) == "\\Q")
      return Wrong("\\Q...\\E is not supported; write a backslash before each character");
    if (pattern[i] == '\\')
      i = std::min(i + 1, pattern.size() - 1);
    else if (pattern[i] == '[')
      i = std::min(ClassEnd(pattern, i), pattern.size() - 1);
    else if (pattern.substr(i, 4) == "(?P<")
      TARN_TRY(AddGroup(pattern, i + 4, found));
    else if (pattern.substr(i, 3) == "(?<") {
      TARN_TRY(AddGroup(pattern, i + 3, found));
      found.text += "(?P<";
      i += 2;
      continue;
    } else if (pattern[i] == '(' && pattern.substr(i, 2) != "(?") {
      return Wrong(
          "a group has no name: write (?P<name>...), or (?:...) for one that is no column; at byte " +
          std::to_string(i));
    }
    found.text += pattern.substr(from, i - from + 1);
  }
  return found;
}

Status CheckGroups(const LinePattern& pattern) {
  if (pattern.groups.empty())
    return Wrong("the pattern has no named group: write (?P<name>...) for each column");
  if (pattern.groups.size() > kMaxGroups) return Wrong("the pattern has more than 200 groups");
  std::unordered_set<std::string> names;
  for (const std::string& name : pattern.groups) {
    if (!names.insert(text::LowerCase(name)).second) return Wrong("two groups have the same name: " + name);
  }
  return Ok();
}

}  // namespace

Result<LinePattern> ParseLinePattern(const std::string& pattern) {
  if (pattern.size() > kMaxPatternBytes) return Wrong("the pattern is longer than 4096 bytes");
  TARN_ASSIGN(const LinePattern parsed, FindGroups(pattern));
  TARN_TRY(CheckGroups(parsed));
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = 64 << 20;
  options.threads = 1;
  TARN_ASSIGN(const auto instance, duckdb::Instance::Open(options));
  TARN_ASSIGN(const auto connection, instance->Connect());
  const auto compiled = connection->Rows("SELECT regexp_extract('', " + duckdb::QuoteLiteral(parsed.text) +
                                         ", " + duckdb::QuoteLiteralList(parsed.groups) + ") AS g");
  if (!compiled.ok())
    return Wrong("the pattern is no regular expression of RE2: " + compiled.error().message());
  return parsed;
}

}  // namespace tarn::catalog

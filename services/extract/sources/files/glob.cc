#include "services/extract/sources/files/glob.h"

#include <string>
#include <vector>

namespace tarn::extract::files {
namespace {

constexpr size_t kMaxPatternBytes = 1'024;

std::vector<std::string_view> Segments(std::string_view text) {
  std::vector<std::string_view> segments;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('/', start), text.size());
    segments.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return segments;
}

/// Compares two sequences, of which the pattern may hold elements that stand for any number of others. When
/// elements differ, the last of those takes one more; going back further than to the last can never help.
template <class Sequence, class IsStar, class MatchesOne, class Length>
bool MatchSequence(const Sequence& pattern, const Sequence& text, const IsStar& is_star,
                   const MatchesOne& matches_one, const Length& length) {
  constexpr size_t kNone = static_cast<size_t>(-1);
  size_t p = 0, t = 0, star = kNone, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && is_star(pattern[p])) {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && matches_one(pattern[p], text[t])) {
      t += length(pattern[p], t);
      ++p;
    } else if (star != kNone) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && is_star(pattern[p])) ++p;
  return p == pattern.size();
}

bool MatchesSegment(std::string_view pattern, std::string_view segment) {
  return MatchSequence(
      pattern, segment, [](char c) { return c == '*'; },
      [](char c, char other) { return c == '?' || c == other; },
      // '?' stands for a whole character of UTF-8.
      [&](char c, size_t at) {
        size_t count = 1;
        while (c == '?' && at + count < segment.size() && (segment[at + count] & 0xc0) == 0x80) ++count;
        return count;
      });
}

}  // namespace

Status CheckPattern(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes)
    return Error(Code::kInvalidArgument, "a pattern has at most 1,024 bytes");
  for (const std::string_view segment : Segments(pattern)) {
    if (segment.empty() || segment == "." || segment == "..") {
      return Error(Code::kInvalidArgument,
                   "expected a relative path without empty segments, '.' and '..': " + std::string(pattern));
    }
  }
  return Ok();
}

bool Matches(std::string_view pattern, std::string_view path) {
  return MatchSequence(
      Segments(pattern), Segments(path), [](std::string_view segment) { return segment == "**"; },
      MatchesSegment, [](std::string_view, size_t) { return size_t{1}; });
}

}  // namespace tarn::extract::files

#include "common/decoding/line_cut.h"

namespace tarn::decoding {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The end of the line before the one that begins at `begin`, without its line end.
size_t SkipLineEndBackwards(std::string_view text, size_t begin) {
  const size_t end = begin - 1;
  return end > 0 && text[end] == '\n' && text[end - 1] == '\r' ? end - 1 : end;
}

}  // namespace

std::optional<size_t> FindLastLines(std::string_view text, int64_t lines, bool at_start) {
  size_t end = text.size();
  while (end > 0 && IsBlank(text[end - 1])) --end;
  for (int64_t line = 0; line < lines; ++line) {
    if (end == 0 && line > 0) return std::nullopt;
    const size_t before = text.substr(0, end).find_last_of("\r\n");
    if (before == std::string_view::npos)
      return at_start && line + 1 == lines ? std::optional<size_t>(0) : std::nullopt;
    if (line + 1 == lines) return before + 1;
    end = SkipLineEndBackwards(text, before + 1);
  }
  return end;
}

}  // namespace tarn::decoding

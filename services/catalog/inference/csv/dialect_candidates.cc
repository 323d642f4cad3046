#include <algorithm>
#include <array>

#include "services/catalog/inference/csv/dialect_detection.h"
#include "services/catalog/inference/csv/record_parser.h"

namespace tarn::inference {
namespace {

constexpr std::array<std::string_view, 4> kUsual = {",", ";", "\t", "|"};
constexpr std::array<std::string_view, 21> kRare = {" ", ":", "^",    "~",    "#",    "!",    "&",
                                                    "*", "%", "$",    "=",    "@",    "+",    "_",
                                                    "/", "-", "\x01", "\x02", "\x1c", "\x1e", "\x1f"};
constexpr std::array<std::string_view, 9> kLong = {"||",  "::",  ";;",     "~~",    "^^",
                                                   "|~|", "~|~", "\u00a7", "\u00a6"};
constexpr std::array<char, 2> kOtherQuotes = {'\'', '`'};
constexpr size_t kLinesLookedAt = 100;

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  const char line_end = text.find('\n') == std::string_view::npos ? '\r' : '\n';
  while (!text.empty() && lines.size() < kLinesLookedAt) {
    const std::string_view line = text.substr(0, text.find(line_end));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!Trim(line).empty()) lines.push_back(line);
  }
  return lines;
}

size_t LinesWith(const std::vector<std::string_view>& lines, std::string_view delimiter) {
  const auto has = [&](std::string_view line) {
    return Trim(line).find(delimiter) != std::string_view::npos;
  };
  return static_cast<size_t>(std::count_if(lines.begin(), lines.end(), has));
}

std::vector<std::string> Delimiters(std::string_view text) {
  const auto lines = Lines(text);
  std::vector<std::string> delimiters;
  for (const std::string_view usual : kUsual) {
    if (usual == "," || text.find(usual) != std::string_view::npos) delimiters.emplace_back(usual);
  }
  for (const std::string_view rare : kRare) {
    // Control characters are in a text for nothing else.
    const size_t with = LinesWith(lines, rare);
    const bool control = static_cast<unsigned char>(rare[0]) < 0x20;
    if (with * 2 > lines.size() || (control && with >= 2)) delimiters.emplace_back(rare);
  }
  for (const std::string_view longer : kLong) {
    if (LinesWith(lines, longer) * 5 > lines.size() * 4) delimiters.emplace_back(longer);
  }
  return delimiters;
}

// True if the character stands where a field may begin more than once.
bool BeginsFields(std::string_view text, char quote) {
  size_t begins = 0;
  for (size_t at = text.find(quote); at != std::string_view::npos && begins < 2;
       at = text.find(quote, at + 1)) {
    begins += at == 0 || std::string_view("\n\r,;\t| :").find(text[at - 1]) != std::string_view::npos;
  }
  return begins >= 2;
}

bool HasEscaped(std::string_view text, char quote) {
  return text.find(std::string{'\\', quote}) != std::string_view::npos;
}

}  // namespace

std::vector<Dialect> CandidateDialects(std::string_view text) {
  std::vector<Dialect> dialects;
  for (const std::string& delimiter : Delimiters(text)) {
    Dialect dialect;
    dialect.delimiter = delimiter;
    std::vector<char> quotes = {'"'};
    for (const char other : kOtherQuotes) {
      if (BeginsFields(text, other)) quotes.push_back(other);
    }
    if (text.find('"') != std::string_view::npos) quotes.push_back(0);
    for (const char quote : quotes) {
      dialect.quote = dialect.escape = quote;
      dialects.push_back(dialect);
      if (quote != 0 && HasEscaped(text, quote)) {
        dialect.escape = '\\';
        dialects.push_back(dialect);
      }
      const bool may_collapse =
          delimiter == " " || (delimiter == "\t" && text.find("\t\t") != std::string_view::npos);
      if (!may_collapse) continue;
      dialect.escape = quote;
      dialect.collapse = true;
      dialects.push_back(dialect);
      dialect.collapse = false;
    }
  }
  // One column: delimited by what is not in the text.
  for (const std::string_view absent : std::array<std::string_view, 3>{"\x1f", "\x1e", "\x02"}) {
    if (text.find(absent) != std::string_view::npos) continue;
    dialects.push_back({std::string(absent), '"', '"', "", false});
    break;
  }
  return dialects;
}

}  // namespace tarn::inference

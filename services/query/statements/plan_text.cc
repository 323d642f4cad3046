#include "services/query/statements/plan_text.h"

#include <algorithm>
#include <vector>

namespace tarn::query {
namespace {

using Line = std::vector<std::string>;  // of characters

constexpr std::string_view kHeading = "Filename(s):";
constexpr const char* kBorder = "\u2502";  // of a box

std::vector<Line> Split(std::string_view text) {
  std::vector<Line> lines(1);
  for (const char c : text) {
    const bool within = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // of a character
    if (c == '\n')
      lines.emplace_back();
    else if (within && !lines.back().empty())
      lines.back().back() += c;
    else
      lines.back().emplace_back(1, c);
  }
  return lines;
}

bool Heads(const Line& line, size_t at) {
  for (size_t i = 0; i < kHeading.size(); ++i) {
    if (at + i >= line.size() || line[at + i] != std::string(1, kHeading[i])) return false;
  }
  return true;
}

// Blanks the cell between two borders; false if there is nothing in it, or no cell.
bool Blank(Line& line, size_t left, size_t right) {
  if (right >= line.size() || line[left] != kBorder || line[right] != kBorder) return false;
  bool blank = true;
  for (size_t i = left + 1; i < right; ++i) {
    blank &= line[i] == " ";
    line[i] = " ";
  }
  return !blank;
}

}  // namespace

std::string WithoutFileNames(std::string_view plan) {
  std::vector<Line> lines = Split(plan);
  for (size_t row = 0; row < lines.size(); ++row) {
    for (size_t at = 0; at < lines[row].size(); ++at) {
      if (!Heads(lines[row], at)) continue;
      size_t left = at, right = at;
      while (left > 0 && lines[row][left] != kBorder) --left;
      while (right < lines[row].size() && lines[row][right] != kBorder) ++right;
      for (size_t below = row; below < lines.size() && Blank(lines[below], left, right); ++below) continue;
    }
  }
  std::string text;
  for (const Line& line : lines) {
    if (&line != &lines.front()) text += '\n';
    for (const auto& character : line) text += character;
  }
  return text;
}

}  // namespace tarn::query

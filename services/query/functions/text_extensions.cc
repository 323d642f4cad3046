#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>
#include <vector>

#include "services/query/functions/code_points.h"
#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kText = FunctionType::kText;
constexpr auto kInteger = FunctionType::kInteger;
constexpr size_t kMaxDistanceWork = 100'000'000;  // cells of the table that Levenshtein's distance fills
constexpr int64_t kMaxPadding = 1 << 20;

void Chr(ScalarCall& call) {
  const int64_t point = call.Integer(0);
  if (point < 0 || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
    return call.Fail("not a Unicode code point: " + std::to_string(point));
  std::string text;
  Append(text, static_cast<char32_t>(point));
  call.ReturnText(text);
}

void Codepoint(ScalarCall& call) {
  const auto points = Decode(call.Text(0));
  if (points.size() != 1) return call.Fail("codepoint takes one character");
  call.ReturnInteger(points[0]);
}

void Concat(ScalarCall& call) {
  std::string text;
  for (size_t i = 0; i < call.size(); ++i) text += call.Text(i);
  call.ReturnText(text);
}

void Reverse(ScalarCall& call) {
  auto points = Decode(call.Text(0));
  std::reverse(points.begin(), points.end());
  call.ReturnText(Encode(points));
}

void Substr(ScalarCall& call) {
  const auto points = Decode(call.Text(0));
  const auto size = static_cast<int64_t>(points.size());
  int64_t start = call.Integer(1);
  const int64_t length = call.Integer(2);
  if (start < 0) start += size + 1;
  if (start < 1 || start > size || length <= 0) return call.ReturnText("");
  call.ReturnText(Encode(std::u32string_view(points).substr(static_cast<size_t>(start - 1),
                                                            static_cast<size_t>(std::min(length, size)))));
}

void Pad(ScalarCall& call) {
  const auto text = Decode(call.Text(0)), fill = Decode(call.Text(2));
  const int64_t size = call.Integer(1);
  if (size < 0 || size > kMaxPadding) return call.Fail("the length to pad to is from 0 to 1048576");
  if (fill.empty()) return call.Fail("the padding must not be empty");
  const auto wanted = static_cast<size_t>(size);
  if (text.size() >= wanted) return call.ReturnText(Encode(std::u32string_view(text).substr(0, wanted)));
  std::u32string padding;
  while (padding.size() < wanted - text.size()) padding += fill[padding.size() % fill.size()];
  call.ReturnText(Encode(call.Integer(3) ? padding + text : text + padding));
}

void TrimWith(ScalarCall& call, int64_t sides, bool (*strip)(char32_t, const std::u32string&),
              const std::u32string& set) {
  const auto points = Decode(call.Text(0));
  size_t start = 0, end = points.size();
  while ((sides & 1) && start < end && strip(points[start], set)) ++start;
  while ((sides & 2) && end > start && strip(points[end - 1], set)) --end;
  call.ReturnText(Encode(std::u32string_view(points).substr(start, end - start)));
}

void Trim(ScalarCall& call) {
  TrimWith(call, call.Integer(1), [](char32_t point, const std::u32string&) { return IsBlank(point); }, {});
}

void TrimCharacters(ScalarCall& call) {
  TrimWith(
      call, call.Integer(2),
      [](char32_t point, const std::u32string& set) { return set.find(point) != set.npos; },
      Decode(call.Text(1)));
}

// An empty text stands between all characters.
void Replace(ScalarCall& call) {
  const std::string_view text = call.Text(0), search = call.Text(1), replacement = call.Text(2);
  std::string result;
  if (search.empty()) {
    result = replacement;
    for (const char32_t point : Decode(text)) {
      Append(result, point);
      result += replacement;
    }
    return call.ReturnText(result);
  }
  size_t at = 0;
  for (size_t next = text.find(search); next != text.npos; next = text.find(search, at)) {
    result.append(text.substr(at, next - at)).append(replacement);
    at = next + search.size();
  }
  call.ReturnText(result.append(text.substr(at)));
}

void Translate(ScalarCall& call) {
  const auto from = Decode(call.Text(1)), to = Decode(call.Text(2));
  std::u32string result;
  for (const char32_t point : Decode(call.Text(0))) {
    const size_t index = from.find(point);
    if (index == from.npos)
      result += point;
    else if (index < to.size())
      result += to[index];
  }
  call.ReturnText(Encode(result));
}

void Strpos(ScalarCall& call) {
  const auto text = Decode(call.Text(0)), part = Decode(call.Text(1));
  int64_t instance = call.Integer(2);
  if (instance == 0) return call.Fail("'instance' must not be 0");
  if (part.empty()) return call.ReturnInteger(1);
  const bool backwards = instance < 0;
  size_t at = backwards ? text.rfind(part) : text.find(part);
  for (instance = std::abs(instance); at != text.npos && instance > 1; --instance) {
    if (backwards && at == 0)
      at = text.npos;
    else
      at = backwards ? text.rfind(part, at - 1) : text.find(part, at + 1);
  }
  call.ReturnInteger(at == text.npos ? 0 : static_cast<int64_t>(at) + 1);
}

void Levenshtein(ScalarCall& call) {
  const auto a = Decode(call.Text(0)), b = Decode(call.Text(1));
  if ((a.size() + 1) * (b.size() + 1) > kMaxDistanceWork)
    return call.Fail("the texts are too long for levenshtein_distance");
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  call.ReturnInteger(static_cast<int64_t>(row.back()));
}

void Hamming(ScalarCall& call) {
  const auto a = Decode(call.Text(0)), b = Decode(call.Text(1));
  if (a.size() != b.size())
    return call.Fail("The input strings to hamming_distance function must have the same length");
  int64_t distance = 0;
  for (size_t i = 0; i < a.size(); ++i) distance += a[i] != b[i];
  call.ReturnInteger(distance);
}

void Luhn(ScalarCall& call) {
  const std::string_view text = call.Text(0);
  if (text.empty()) return call.ReturnInteger(0);
  int sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[text.size() - 1 - i];
    if (!std::isdigit(static_cast<unsigned char>(c))) return call.Fail("luhn_check takes digits only");
    int digit = c - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  call.ReturnInteger(sum % 10 == 0);
}

void Soundex(ScalarCall& call) {
  static constexpr std::string_view kCodes = "01230120022455012623010202";
  std::string code;
  char last = '0';
  for (const char c : call.Text(0)) {
    if (!std::isalpha(static_cast<unsigned char>(c))) {
      if (static_cast<unsigned char>(c) >= 0x80) return call.Fail("soundex takes ASCII letters only");
      continue;
    }
    const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const char digit = kCodes[static_cast<size_t>(upper - 'A')];
    if (code.empty())
      code = upper;
    else if (digit != '0' && digit != last)
      code += digit;
    if (upper != 'H' && upper != 'W') last = digit;
    if (code.size() == 4) break;
  }
  if (code.empty()) return call.ReturnText("");
  code.resize(4, '0');
  call.ReturnText(code);
}

void HumanSeconds(ScalarCall& call) {
  const double seconds = std::round(std::abs(call.Double(0)));
  if (!std::isfinite(seconds) || seconds > 1e15)
    return call.Fail("the number of seconds is not finite or too large");
  auto rest = static_cast<int64_t>(seconds);
  std::string text;
  const std::array<std::pair<const char*, int64_t>, 5> units = {
      {{"week", 604800}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}}};
  for (const auto& [name, size] : units) {
    const int64_t count = rest / size;
    rest %= size;
    if (count == 0 && !(size == 1 && text.empty())) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + name + (count == 1 ? "" : "s");
  }
  call.ReturnText(text);
}

// ASCII only: capitals of other letters need tables that this folder does not have.
void TitleCase(ScalarCall& call) {
  std::string text(call.Text(0));
  bool inside = false;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return call.Fail("title_case takes ASCII text only");
    const bool letter = !std::isspace(static_cast<unsigned char>(c));
    if (letter)
      c = static_cast<char>(inside ? std::tolower(static_cast<unsigned char>(c))
                                   : std::toupper(static_cast<unsigned char>(c)));
    inside = letter;
  }
  call.ReturnText(text);
}

const ScalarFunction kFunctions[] = {
    {"tarn_chr", {kInteger}, kText, Chr},
    {"tarn_codepoint", {kText}, kInteger, Codepoint},
    {"tarn_concat", {}, kText, Concat, false, true},
    {"tarn_reverse", {kText}, kText, Reverse},
    {"tarn_substr", {kText, kInteger, kInteger}, kText, Substr},
    {"tarn_pad", {kText, kInteger, kText, FunctionType::kBoolean}, kText, Pad},
    {"tarn_trim", {kText, kInteger}, kText, Trim},
    {"tarn_trim_characters", {kText, kText, kInteger}, kText, TrimCharacters},
    {"tarn_replace", {kText, kText, kText}, kText, Replace},
    {"tarn_translate", {kText, kText, kText}, kText, Translate},
    {"tarn_strpos", {kText, kText, kInteger}, kInteger, Strpos},
    {"tarn_levenshtein", {kText, kText}, kInteger, Levenshtein},
    {"tarn_hamming", {kText, kText}, kInteger, Hamming},
    {"tarn_luhn", {kText}, FunctionType::kBoolean, Luhn},
    {"tarn_soundex", {kText}, kText, Soundex},
    {"tarn_human_seconds", {FunctionType::kDouble}, kText, HumanSeconds},
    {"tarn_title_case", {kText}, kText, TitleCase},
};

}  // namespace

std::span<const ScalarFunction> TextExtensions() { return kFunctions; }

}  // namespace tarn::query

#include "services/catalog/inference/csv/cell_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "services/catalog/inference/csv/record_parser.h"
#include "services/catalog/inference/csv/temporal.h"

namespace tarn::inference {
namespace {

constexpr size_t kMaxTypedLength = 60;
constexpr std::array<std::string_view, 18> kNulls = {"na",   "n/a", "#n/a", "nan",  "null",    "nil",
                                                     "none", "-",   "--",   "---",  ".",       "..",
                                                     "...",  "?",   "\\n",  "n.a.", "missing", "unknown"};
constexpr std::array<std::string_view, 4> kBooleans = {"true", "false", "yes", "no"};
constexpr std::array<std::string_view, 5> kCurrencies = {"$", "\u00a3", "\u20ac", "\u00a5", "\ufffd"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return lower;
}

template <class Words>
bool IsOneOf(std::string_view text, const Words& words) {
  if (text.size() > 8) return false;
  const std::string lower = Lower(text);
  return std::find(words.begin(), words.end(), lower) != words.end();
}

bool IsInteger(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

void TakeSignAndCurrency(std::string_view& text) {
  for (int round = 0; round < 3 && !text.empty(); ++round) {
    if (text[0] == '-' || text[0] == '+' || text[0] == ' ') text.remove_prefix(1);
    for (const std::string_view currency : kCurrencies) {
      if (text.starts_with(currency)) text.remove_prefix(currency.size());
    }
  }
}

// Digits in groups of one separator, then maybe another one and decimals.
bool IsGrouped(std::string_view text) {
  size_t groups = 0, at = 0, run = 0;
  char separator = 0;
  for (; at <= text.size(); ++at) {
    if (at < text.size() && IsDigit(text[at])) {
      ++run;
      continue;
    }
    if (run == 0)
      return groups == 0 && at == 0 && at + 1 < text.size() && (text[0] == '.' || text[0] == ',') &&
             IsInteger(text.substr(1));
    if (at == text.size()) return groups == 0 || run == 3 || groups == 1;
    const char c = text[at];
    if (c != '.' && c != ',' && c != '\'') return false;
    const bool decimal = separator != 0 && c != separator;
    if (decimal)
      return (c == '.' || c == ',') && run == 3 && IsInteger(text.substr(at + 1)) && IsDigit(text[at + 1]);
    if (groups > 0 && run != 3 && run != 2) return false;
    if (run > 3 && c == '\'') return false;
    separator = c;
    ++groups;
    run = 0;
  }
  return false;
}

// 3:45, 10:30, 101:05:30: a time of day or how long something takes.
bool LooksLikeClock(std::string_view text) {
  size_t parts = 1, digits = 0;
  for (const char c : text) {
    if (c == ':' && (parts == 1 ? digits >= 1 && digits <= 3 : digits == 2)) {
      ++parts;
      digits = 0;
    } else if (IsDigit(c)) {
      ++digits;
    } else {
      return false;
    }
  }
  return (parts == 2 || parts == 3) && digits == 2;
}

bool HasExponent(std::string_view text) {
  const size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos || e == 0) return false;
  const std::string_view mantissa = text.substr(0, e);
  return IsInteger(text.substr(e + 1)) && (IsInteger(mantissa) || IsGrouped(mantissa));
}

bool IsAddress(std::string_view text) {
  const bool one_word = text.find(' ') == std::string_view::npos;
  if (text.starts_with("http://") || text.starts_with("https://") || text.starts_with("ftp://") ||
      text.starts_with("www."))
    return one_word;
  // MAC and IPv6 addresses.
  const bool hex = std::all_of(text.begin(), text.end(), [](char c) {
    return c == ':' || IsDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
  });
  if (hex && std::count(text.begin(), text.end(), ':') >= 5) return true;
  const size_t at = text.find('@');
  if (!one_word || at == std::string_view::npos || at == 0) return false;
  const std::string_view host = text.substr(at + 1);
  return host.find('.') != std::string_view::npos && std::all_of(host.begin(), host.end(), [](char c) {
           return IsDigit(c) || IsLetter(c) || c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
         });
}

// Counts what must come in pairs. A split in the wrong place tears them apart.
bool IsBroken(std::string_view text) {
  // Nothing but what delimits fields.
  if (text.find_first_not_of(",;|\t ") == std::string_view::npos) return true;
  int round = 0, square = 0, curly = 0;
  bool ever_negative = false;
  size_t quotes = 0;
  for (const char c : text) {
    round += (c == '(') - (c == ')');
    square += (c == '[') - (c == ']');
    curly += (c == '{') - (c == '}');
    quotes += c == '"';
    ever_negative |= square < 0 || curly < 0;
  }
  const bool quote_at_one_end = quotes % 2 == 1 && (text.front() == '"' || text.back() == '"');
  return quote_at_one_end || ever_negative || square != 0 || curly != 0 || (round != 0 && text.size() > 3);
}

bool IsOdd(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\t' || c == '|' || c == '^' || c == '~') return true;
    if ((c == ';' || c == ',') && i + 1 < text.size() && text[i + 1] != ' ') return true;
  }
  return false;
}

}  // namespace

bool LooksNumeric(std::string_view text) {
  if (text.empty() || text.size() > kMaxTypedLength) return false;
  if (text.front() == '(' && text.back() == ')') text = text.substr(1, text.size() - 2);
  TakeSignAndCurrency(text);
  if (text.ends_with('%'))
    text.remove_suffix(1);
  else if (text.ends_with("\u20ac"))
    text.remove_suffix(3);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return !text.empty() && (IsDigit(text[0]) || text[0] == '.' || text[0] == ',') &&
         (IsGrouped(text) || HasExponent(text));
}

CellKind ClassifyCell(std::string_view text) {
  text = Trim(text);
  if (text.empty()) return CellKind::kEmpty;
  if (text.size() <= kMaxTypedLength) {
    if (IsInteger(text)) return CellKind::kInteger;
    if (IsOneOf(text, kNulls)) return CellKind::kNull;
    if (ParseTemporal(text) || LooksLikeClock(text)) return CellKind::kTemporal;
    if (LooksNumeric(text)) return CellKind::kNumber;
    if (IsOneOf(text, kBooleans)) return CellKind::kBoolean;
  }
  if (IsBroken(text)) return CellKind::kBroken;
  if (IsAddress(text)) return CellKind::kAddress;
  if (IsOdd(text)) return CellKind::kOdd;
  const bool has_digit = std::any_of(text.begin(), text.end(), IsDigit);
  const bool one_word = text.find(' ') == std::string_view::npos;
  const bool code = has_digit && one_word && std::all_of(text.begin(), text.end(), [](char c) {
                      return IsDigit(c) || IsLetter(c) || c == '-' || c == '_' || c == '.' || c == ':' ||
                             c == '/' || c == '#';
                    });
  return code ? CellKind::kCode : CellKind::kText;
}

}  // namespace tarn::inference

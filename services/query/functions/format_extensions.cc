#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "services/query/functions/code_points.h"
#include "services/query/functions/extension_functions.h"
#include "services/query/functions/java_number.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr int64_t kMaxWidth = 10'000;

// One %[index$][flags][width][.precision]conversion of java.util.Formatter.
struct Directive {
  int64_t index = 0;
  bool left = false, plus = false, space = false, zero = false, group = false, parenthesis = false;
  int64_t width = 0, precision = -1;
  char conversion = 0;
};

int64_t ReadNumber(std::string_view& text) {
  int64_t number = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    number = std::min<int64_t>(kMaxWidth + 1, number * 10 + (text[0] - '0'));
    text.remove_prefix(1);
  }
  return number;
}

bool ReadDirective(std::string_view& text, Directive& directive) {
  std::string_view ahead = text;
  const int64_t index = ReadNumber(ahead);
  if (index > 0 && ahead.starts_with('$')) {
    directive.index = index;
    text = ahead.substr(1);
  }
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text[0];
    bool* flag = c == '-'   ? &directive.left
                 : c == '+' ? &directive.plus
                 : c == ' ' ? &directive.space
                 : c == '0' ? &directive.zero
                 : c == ',' ? &directive.group
                 : c == '(' ? &directive.parenthesis
                            : nullptr;
    if (!flag) break;
    *flag = true;
  }
  directive.width = ReadNumber(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    directive.precision = ReadNumber(text);
  }
  if (text.empty() || directive.width > kMaxWidth || directive.precision > 1000) return false;
  directive.conversion = text[0];
  text.remove_prefix(1);
  return true;
}

std::string Pad(std::string text, const Directive& directive) {
  const auto size = static_cast<int64_t>(Decode(text).size());
  if (size >= directive.width) return text;
  const std::string blanks(static_cast<size_t>(directive.width - size), ' ');
  return directive.left ? text + blanks : blanks + text;
}

std::string Group(const std::string& digits) {
  std::string grouped = digits;
  size_t end = std::min(digits.find('.'), digits.size());
  while (end > 3) grouped.insert(end -= 3, ",");
  return grouped;
}

// Sign, grouping and zeros of a number without sign.
std::string Number(std::string digits, bool negative, const Directive& directive) {
  if (directive.group) digits = Group(digits);
  std::string sign = negative          ? (directive.parenthesis ? "(" : "-")
                     : directive.plus  ? "+"
                     : directive.space ? " "
                                       : "";
  const std::string end = negative && directive.parenthesis ? ")" : "";
  if (directive.zero) {
    const int64_t missing = directive.width - static_cast<int64_t>(sign.size() + digits.size() + end.size());
    if (missing > 0) digits.insert(0, static_cast<size_t>(missing), '0');
  }
  return Pad(sign + digits + end, directive);
}

// Rounds decimal digits half up: Java formats the shortest decimal of a double, not its exact value.
std::string RoundDigits(std::string text, int64_t precision) {
  const size_t point = text.find('.');
  std::string whole = text.substr(0, point), fraction = point == text.npos ? "" : text.substr(point + 1);
  const bool up =
      static_cast<int64_t>(fraction.size()) > precision && fraction[static_cast<size_t>(precision)] >= '5';
  fraction.resize(static_cast<size_t>(precision), '0');
  std::string digits = whole + fraction;
  if (up) {
    size_t i = digits.size();
    while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
    if (i > 0)
      ++digits[i - 1];
    else
      digits.insert(digits.begin(), '1');
  }
  whole = digits.substr(0, digits.size() - static_cast<size_t>(precision));
  return precision == 0 ? whole : whole + '.' + digits.substr(digits.size() - static_cast<size_t>(precision));
}

// The shortest decimal of a double without an exponent.
std::string Plain(double number) {
  std::array<char, 1200> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed).ptr;
  return {buffer.data(), end};
}

bool ReadDouble(std::string_view text, double& number) {
  if (text == "NaN" || text.ends_with("Infinity")) {
    number = text == "NaN" ? std::nan("") : text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
    return true;
  }
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::hex);
  return failure == std::errc() && end == text.data() + text.size();
}

// 2020-05-10T12:34:56.100000 as LocalDateTime.toString() writes it.
std::string JavaTime(std::string text) {
  for (int i = 0; i < 2 && text.ends_with("000"); ++i) text.resize(text.size() - 3);
  if (text.ends_with('.')) text.pop_back();
  if (text.size() == 19 && text.ends_with(":00")) text.resize(16);
  return text;
}

class Formatter {
 public:
  explicit Formatter(ScalarCall& call) : call_(call) {}

  void Run() {
    std::string_view text = call_.Text(0);
    std::string result;
    while (!text.empty()) {
      if (text[0] != '%') {
        result += text[0];
        text.remove_prefix(1);
        continue;
      }
      text.remove_prefix(1);
      Directive directive;
      if (!ReadDirective(text, directive))
        return call_.Fail("Invalid format string: " + std::string(call_.Text(0)));
      if (!Format(directive, result)) return;
    }
    call_.ReturnText(result);
  }

 private:
  bool Fail(const std::string& message) { return call_.Fail("Invalid format string: " + message), false; }

  bool Format(const Directive& directive, std::string& result) {
    if (directive.conversion == '%') return result += Pad("%", directive), true;
    if (directive.conversion == 'n') return result += '\n', true;
    const auto index = static_cast<size_t>(directive.index > 0 ? directive.index : ++next_);
    if (index >= call_.size()) return Fail("there is no argument for a conversion");
    const bool null = call_.IsNull(index);
    const std::string_view tagged = null ? "snull" : call_.Text(index);
    const char kind = tagged[0];
    const std::string value(tagged.substr(1));
    switch (directive.conversion) {
      case 's':
        result += Pad(Cut(Text(kind, value), directive), directive);
        return true;
      case 'b':
        result += Pad(null ? "false" : kind == 'b' ? value : "true", directive);
        return true;
      default:
        break;
    }
    if (null) return result += Pad("null", directive), true;
    if (directive.conversion == 'd' && kind == 'i') return AddInteger(value, directive, result);
    if ((directive.conversion == 'x' || directive.conversion == 'o') && kind == 'i')
      return AddBits(value, directive, result);
    if (directive.conversion == 'f' && (kind == 'f' || kind == 'n'))
      return AddFixed(kind, value, directive, result);
    return Fail(std::string("%") + directive.conversion + " is not supported for this type");
  }

  static std::string Cut(const std::string& text, const Directive& directive) {
    return directive.precision < 0 ? text
                                   : Encode(Decode(text).substr(0, static_cast<size_t>(directive.precision)));
  }

  static std::string Text(char kind, const std::string& value) {
    double number = 0;
    if (kind == 'f' && ReadDouble(value, number)) return JavaDouble(number);
    return kind == 't' ? JavaTime(value) : value;
  }

  static bool AddInteger(const std::string& value, const Directive& directive, std::string& result) {
    const bool negative = value[0] == '-';
    result += Number(value.substr(negative), negative, directive);
    return true;
  }

  bool AddBits(const std::string& value, const Directive& directive, std::string& result) {
    const int64_t number = std::strtoll(value.c_str(), nullptr, 10);
    if (number < 0) return Fail("negative numbers have no hexadecimal form here");
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                   directive.conversion == 'x' ? 16 : 8)
                         .ptr;
    result += Number({buffer.data(), end}, false, directive);
    return true;
  }

  bool AddFixed(char kind, const std::string& value, const Directive& directive, std::string& result) {
    const int64_t precision = directive.precision < 0 ? 6 : directive.precision;
    std::string digits = value;
    if (kind == 'f') {
      double number = 0;
      if (!ReadDouble(value, number)) return Fail("not a number");
      if (!std::isfinite(number)) {
        Directive plain = directive;
        plain.zero = plain.group = false;
        result += Number(std::isnan(number) ? "NaN" : "Infinity", number < 0, plain);
        return true;
      }
      digits = Plain(number);
    }
    const bool negative = digits[0] == '-';
    result += Number(RoundDigits(digits.substr(negative), precision), negative, directive);
    return true;
  }

  ScalarCall& call_;
  size_t next_ = 0;
};

void Format(ScalarCall& call) {
  if (call.IsNull(0)) return call.ReturnNull();
  Formatter(call).Run();
}

const ScalarFunction kFunctions[] = {
    {"tarn_format", {FunctionType::kText}, FunctionType::kText, Format, true, true},
};

}  // namespace

std::span<const ScalarFunction> FormatExtensions() { return kFunctions; }

}  // namespace tarn::query

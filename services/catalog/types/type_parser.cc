#include "services/catalog/types/type_parser.h"

#include <charconv>
#include <set>

#include "common/text/lower_case.h"
#include "services/catalog/types/scalar_names.h"

namespace tarn::catalog {
namespace {

// DuckDB's own limit of a fixed-size array.
constexpr int64_t kMaxArrayLength = 100'000;

std::string UpperCase(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A type and how deep it is.
struct Parsed {
  DataType type;
  int height = 1;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<DataType> Whole() {
    TARN_ASSIGN(Parsed parsed, Type(1));
    SkipSpace();
    if (at_ < text_.size()) return Wrong("expected the end of the type");
    return std::move(parsed.type);
  }

 private:
  Error Wrong(const std::string& what) const {
    return Error(Code::kInvalidArgument, "not a type: " + what).At("byte " + std::to_string(at_));
  }

  void SkipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }

  bool Take(char c) {
    SkipSpace();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Status Expect(char c) {
    if (Take(c)) return Ok();
    return Wrong(std::string("expected '") + c + "'");
  }

  std::string_view Word() {
    SkipSpace();
    const size_t start = at_;
    while (at_ < text_.size() && IsWordCharacter(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  // Takes the words if they all stand here, whatever their case.
  bool TakeWords(std::initializer_list<std::string_view> words) {
    const size_t start = at_;
    for (const std::string_view word : words) {
      if (UpperCase(Word()) == word) continue;
      at_ = start;
      return false;
    }
    return true;
  }

  Result<std::string> Quoted(char quote) {
    TARN_TRY(Expect(quote));
    std::string value;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) {
          ++at_;
          return value;
        }
        ++at_;
      }
      value += text_[at_];
    }
    return Wrong(std::string("a closing ") + quote + " is missing");
  }

  Result<int64_t> Number(int64_t min, int64_t max) {
    SkipSpace();
    int64_t number = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), number);
    if (error != std::errc() || number < min || number > max)
      return Wrong("expected a number from " + std::to_string(min) + " to " + std::to_string(max));
    at_ += static_cast<size_t>(end - begin);
    return number;
  }

  Result<Parsed> Type(int depth) {
    if (depth > kMaxTypeDepth) return TooDeep();
    TARN_ASSIGN(Parsed parsed, Named(depth));
    while (Take('[')) {
      Parsed list{ListType(std::move(parsed.type)), parsed.height + 1};
      if (!Take(']')) {
        TARN_ASSIGN(const int64_t length, Number(1, kMaxArrayLength));
        TARN_TRY(Expect(']'));
        list.type.kind = TypeKind::kArray;
        list.type.length = static_cast<uint64_t>(length);
      }
      if (depth - 1 + list.height > kMaxTypeDepth) return TooDeep();
      parsed = std::move(list);
    }
    return parsed;
  }

  Error TooDeep() const {
    return Wrong("it is nested over " + std::to_string(kMaxTypeDepth) + " levels deep");
  }

  Result<Parsed> Named(int depth) {
    SkipSpace();
    const size_t start = at_;
    std::string name;
    if (at_ < text_.size() && text_[at_] == '"') {
      TARN_ASSIGN(name, Quoted('"'));
    } else {
      name = Word();
    }
    name = UpperCase(name);
    if (name == "STRUCT" || name == "ROW") return Members(TypeKind::kStruct, depth);
    if (name == "UNION") return Members(TypeKind::kUnion, depth);
    if (name == "MAP") return Map(depth);
    if (name == "ENUM") return Enum();
    if (name == "DECIMAL" || name == "NUMERIC" || name == "DEC") return Decimal();
    if (name == "GEOMETRY") return Geometry();
    if (name == "TIMESTAMP" || name == "TIME") return Time(name == "TIMESTAMP");
    if (name == "DOUBLE") TakeWords({"PRECISION"});
    if (name == "CHARACTER" && TakeWords({"VARYING"})) name += " VARYING";
    const auto kind = FindScalar(name);
    if (!kind) {
      at_ = start;
      return Wrong(name.empty() ? "a type's name is missing" : "there is no type of the name " + name);
    }
    // VARCHAR(10) is VARCHAR to DuckDB.
    if (*kind == TypeKind::kVarchar && Take('(')) {
      TARN_TRY(Number(1, INT32_MAX));
      TARN_TRY(Expect(')'));
    }
    return Parsed{ScalarType(*kind)};
  }

  Result<Parsed> Decimal() {
    int64_t width = 18, scale = 3;  // what DuckDB takes when none is given
    if (Take('(')) {
      TARN_ASSIGN(width, Number(1, kMaxDecimalWidth));
      scale = 0;
      if (Take(',')) {
        TARN_ASSIGN(scale, Number(0, width));
      }
      TARN_TRY(Expect(')'));
    }
    return Parsed{DecimalType(static_cast<int>(width), static_cast<int>(scale))};
  }

  Result<Parsed> Time(bool has_date) {
    int64_t digits = 6;
    if (Take('(')) {
      TARN_ASSIGN(digits, Number(0, 9));
      TARN_TRY(Expect(')'));
    }
    if (TakeWords({"WITH", "TIME", "ZONE"}))
      return Parsed{ScalarType(has_date ? TypeKind::kTimestampTz : TypeKind::kTimeTz)};
    TakeWords({"WITHOUT", "TIME", "ZONE"});
    if (!has_date) return Parsed{ScalarType(digits > 6 ? TypeKind::kTimeNs : TypeKind::kTime)};
    return Parsed{ScalarType(digits > 6    ? TypeKind::kTimestampNs
                             : digits > 3  ? TypeKind::kTimestamp
                             : digits >= 1 ? TypeKind::kTimestampMs
                                           : TypeKind::kTimestampS)};
  }

  Result<Parsed> Geometry() {
    Parsed parsed{ScalarType(TypeKind::kGeometry)};
    if (!Take('(')) return parsed;
    TARN_ASSIGN(std::string system, Quoted('\''));
    parsed.type.names.push_back(std::move(system));
    TARN_TRY(Expect(')'));
    return parsed;
  }

  Result<Parsed> Enum() {
    Parsed parsed{ScalarType(TypeKind::kEnum)};
    TARN_TRY(Expect('('));
    std::set<std::string> seen;
    do {
      TARN_ASSIGN(std::string value, Quoted('\''));
      if (!seen.insert(value).second) return Wrong("two values are the same");
      parsed.type.names.push_back(std::move(value));
    } while (Take(','));
    TARN_TRY(Expect(')'));
    return parsed;
  }

  Result<Parsed> Map(int depth) {
    TARN_TRY(Expect('('));
    TARN_ASSIGN(Parsed key, Type(depth + 1));
    TARN_TRY(Expect(','));
    TARN_ASSIGN(Parsed value, Type(depth + 1));
    TARN_TRY(Expect(')'));
    return Parsed{MapType(std::move(key.type), std::move(value.type)),
                  std::max(key.height, value.height) + 1};
  }

  Result<std::string> MemberName() {
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == '"') return Quoted('"');
    return std::string(Word());
  }

  Result<Parsed> Members(TypeKind kind, int depth) {
    Parsed parsed{ScalarType(kind)};
    TARN_TRY(Expect('('));
    std::set<std::string> seen;
    int height = 0;
    do {
      TARN_ASSIGN(std::string name, MemberName());
      if (name.empty()) return Wrong("a member's name is missing");
      if (!seen.insert(text::LowerCase(name)).second) return Wrong("two members have the name " + name);
      TARN_ASSIGN(Parsed member, Type(depth + 1));
      height = std::max(height, member.height);
      parsed.type.names.push_back(std::move(name));
      parsed.type.children.push_back(std::move(member.type));
    } while (Take(','));
    TARN_TRY(Expect(')'));
    parsed.height = height + 1;
    return parsed;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<DataType> ParseType(std::string_view text) {
  if (text.size() > kMaxTypeBytes)
    return Error(Code::kInvalidArgument,
                 "the type's text is over " + std::to_string(kMaxTypeBytes) + " bytes");
  return Parser(text).Whole();
}

}  // namespace tarn::catalog

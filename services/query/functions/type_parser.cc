#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "services/query/functions/trino_type.h"

namespace tarn::query {
namespace {

using Kind = TrinoType::Kind;

constexpr int kMaxDepth = 32;
constexpr int kMaxTimePrecision = 6;

constexpr auto kScalars = std::to_array<std::pair<std::string_view, Kind>>({
    {"unknown", Kind::kUnknown},
    {"null", Kind::kUnknown},
    {"boolean", Kind::kBoolean},
    {"bool", Kind::kBoolean},
    {"tinyint", Kind::kTinyint},
    {"smallint", Kind::kSmallint},
    {"int", Kind::kInteger},
    {"integer", Kind::kInteger},
    {"bigint", Kind::kBigint},
    {"real", Kind::kReal},
    {"float", Kind::kReal},
    {"double", Kind::kDouble},
    {"varchar", Kind::kVarchar},
    {"string", Kind::kVarchar},
    {"char", Kind::kChar},
    {"varbinary", Kind::kVarbinary},
    {"binary", Kind::kVarbinary},
    {"blob", Kind::kVarbinary},
    {"json", Kind::kJson},
    {"uuid", Kind::kUuid},
    {"date", Kind::kDate},
    {"time", Kind::kTime},
    {"timestamp", Kind::kTimestamp},
    {"datetime", Kind::kTimestamp},
    {"timestamptz", Kind::kTimestampTz},
    {"decimal", Kind::kDecimal},
    {"numeric", Kind::kDecimal},
});

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<TrinoType> Run() {
    TARN_ASSIGN(TrinoType type, Type(0));
    Skip();
    if (at_ != text_.size()) return Unknown();
    return type;
  }

 private:
  Error Unknown() const {
    return Error(Code::kUnprocessable, "not a type of the athena dialect: " + std::string(text_));
  }

  void Skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }

  bool Eat(char c) {
    Skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool Opens() { return Eat('(') || Eat('<'); }
  bool Closes() { return Eat(')') || Eat('>'); }

  // A name, in lower case unless it is quoted or a single capital: a type variable.
  std::string Word() {
    Skip();
    std::string word;
    if (at_ < text_.size() && text_[at_] == '"') {
      for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '"' && (at_ + 1 >= text_.size() || text_[at_ + 1] != '"')) break;
        if (text_[at_] == '"') ++at_;
        word += text_[at_];
      }
      if (at_ < text_.size()) ++at_;
      return word;
    }
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_' ||
                                  static_cast<unsigned char>(text_[at_]) >= 0x80)) {
      word += text_[at_++];
    }
    if (word.size() == 1 && std::isupper(static_cast<unsigned char>(word[0]))) return word;
    for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return word;
  }

  bool EatWord(std::string_view expected) {
    const size_t before = at_;
    if (Word() == expected) return true;
    at_ = before;
    return false;
  }

  // A number of a type's parameter; -1 for a name that stands for any.
  Result<int> Number() {
    const std::string word = Word();
    if (word.empty()) return Unknown();
    if (!std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c); })) return -1;
    if (word.size() > 10) return Unknown();
    return static_cast<int>(std::min(std::stoll(word), 2147483647ll));
  }

  Result<TrinoType> Type(int depth) {
    if (depth > kMaxDepth) return Error(Code::kUnprocessable, "the type is nested too deeply");
    const std::string word = Word();
    if (word.empty()) return Unknown();
    TARN_ASSIGN(TrinoType type, Named(word, depth));
    while (Eat('[')) {
      TARN_ASSIGN(const int ignored, at_ < text_.size() && text_[at_] != ']' ? Number() : Result<int>(0));
      (void)ignored;
      if (!Eat(']')) return Unknown();
      type = ArrayOf(std::move(type));
    }
    return type;
  }

  Result<TrinoType> Named(const std::string& word, int depth) {
    if (word == "array") return Nested(Kind::kArray, 1, depth);
    if (word == "map") return Nested(Kind::kMap, 2, depth);
    if (word == "function") return Nested(Kind::kFunction, 0, depth);
    if (word == "row" || word == "struct") return Row(depth);
    if (word == "interval") return Interval();
    if (word.size() == 1) {
      TrinoType variable = MakeType(Kind::kVariable);
      variable.name = word;
      return variable;
    }
    const auto found = std::find_if(kScalars.begin(), kScalars.end(),
                                    [&](const auto& entry) { return entry.first == word; });
    if (found == kScalars.end())
      return Error(Code::kUnprocessable, "not a type of the athena dialect: " + word);
    return Scalar(found->second, word);
  }

  Result<TrinoType> Scalar(Kind kind, const std::string& word) {
    TrinoType type = MakeType(kind);
    if (word == "double") EatWord("precision");
    const bool timed = kind == Kind::kTime || kind == Kind::kTimestamp || kind == Kind::kTimestampTz;
    if (kind == Kind::kDecimal) type.precision = 38;
    if (timed) type.precision = 3;
    if (Opens()) {
      TARN_ASSIGN(type.precision, Number());
      if (Eat(',')) {
        TARN_ASSIGN(type.scale, Number());
      }
      if (!Closes()) return Unknown();
    }
    if (kind == Kind::kVarbinary) type.precision = type.scale = 0;
    if (kind == Kind::kVarchar && type.precision < 0) type.precision = 0;
    if (kind == Kind::kDecimal && (type.precision > 38 || type.scale > type.precision)) return Unknown();
    if (timed && type.precision > kMaxTimePrecision) {
      return Error(Code::kUnprocessable,
                   "times have at most 6 digits of a second here: " + std::string(text_));
    }
    return timed ? WithZone(std::move(type)) : Result<TrinoType>(std::move(type));
  }

  Result<TrinoType> WithZone(TrinoType type) {
    if (EatWord("with")) {
      if (!EatWord("time") || !EatWord("zone")) return Unknown();
      if (type.kind == Kind::kTime)
        return Error(Code::kUnprocessable, "time with time zone is not supported");
      type.kind = Kind::kTimestampTz;
    } else if (EatWord("without")) {
      if (!EatWord("time") || !EatWord("zone")) return Unknown();
    }
    return type;
  }

  Result<TrinoType> Interval() {
    const std::string from = Word();
    if (from.empty()) return MakeType(Kind::kIntervalTime);
    if (!EatWord("to")) return Unknown();
    const std::string to = Word();
    if (from == "year" && to == "month") return MakeType(Kind::kIntervalMonths);
    if (from == "day" && to == "second") return MakeType(Kind::kIntervalTime);
    return Unknown();
  }

  Result<TrinoType> Nested(Kind kind, size_t count, int depth) {
    TrinoType type = MakeType(kind);
    if (!Opens()) return Unknown();
    do {
      TARN_ASSIGN(TrinoType child, Type(depth + 1));
      type.children.push_back(std::move(child));
    } while (Eat(','));
    if (!Closes() || (count > 0 && type.children.size() != count)) return Unknown();
    return type;
  }

  Result<TrinoType> Row(int depth) {
    TrinoType type = MakeType(Kind::kRow);
    if (!Opens()) return Unknown();
    do {
      TARN_TRY(Field(type, depth));
    } while (Eat(','));
    if (!Closes()) return Unknown();
    return type;
  }

  // "a bigint", "a: bigint" or "bigint".
  Status Field(TrinoType& row, int depth) {
    const size_t before = at_;
    std::string name = Word();
    Skip();
    const char next = at_ < text_.size() ? text_[at_] : ')';
    const bool named = next != ',' && next != ')' && next != '>' && next != '(' && next != '<' &&
                       next != '[' && name != "double" && name != "timestamp" && name != "time" &&
                       name != "interval";
    if (named) Eat(':');
    if (!named) {
      at_ = before;
      name.clear();
    }
    TARN_ASSIGN(TrinoType child, Type(depth + 1));
    row.children.push_back(std::move(child));
    row.fields.push_back(std::move(name));
    return Ok();
  }

  std::string_view text_;
  size_t at_ = 0;
};

// DuckDB's own names to those of Trino.
TrinoType FromStorage(TrinoType type) {
  for (auto& child : type.children) child = FromStorage(std::move(child));
  if (type.kind == Kind::kTimestamp || type.kind == Kind::kTimestampTz || type.kind == Kind::kTime)
    type.precision = 6;
  if (type.kind == Kind::kTimestampTz) type.zone = "UTC";
  return type;
}

}  // namespace

Result<TrinoType> ParseTrinoType(std::string_view text) { return Parser(text).Run(); }

Result<TrinoType> FromDuckDbType(std::string_view name) {
  if (name == "\"NULL\"") return MakeType(Kind::kUnknown);
  auto parsed = Parser(name).Run();
  if (!parsed.ok())
    return Error(Code::kUnprocessable, "the athena dialect has no type for " + std::string(name));
  return FromStorage(std::move(*parsed));
}

}  // namespace tarn::query

#include "services/transform/quality/dqdl/sql_text.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace tarn::dqdl {
namespace {

bool IsNameBegin(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}
bool IsNameCharacter(char c) {
  return IsNameBegin(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '$';
}

// A stretch of SQL that is read as a whole.
struct Piece {
  enum class Kind { kName, kQuotedName, kClosed, kOther } kind = Kind::kOther;
  std::string_view text;
  bool complete = true;  // its end was there
};

// Cuts SQL into names, quoted names, what closes by itself (strings, comments), and single characters.
class Pieces {
 public:
  explicit Pieces(std::string_view sql) : rest_(sql) {}

  bool Next(Piece& piece) {
    if (rest_.empty()) return false;
    piece = Read();
    rest_.remove_prefix(piece.text.size());
    return true;
  }

 private:
  Piece Read() const {
    const char c = rest_[0];
    if (c == '\'') return Quoted('\'', false, Piece::Kind::kClosed);
    if ((c == 'e' || c == 'E') && rest_.size() > 1 && rest_[1] == '\'')
      return Quoted('\'', true, Piece::Kind::kClosed);
    if (c == '"') return Quoted('"', false, Piece::Kind::kQuotedName);
    if (rest_.starts_with("--")) return UpTo(rest_.find('\n'), 1, true);
    if (rest_.starts_with("/*")) return UpTo(rest_.find("*/", 2), 2, false);
    if (c == '$') return DollarQuoted();
    if (!IsNameBegin(c)) return {Piece::Kind::kOther, rest_.substr(0, 1)};
    size_t length = 1;
    while (length < rest_.size() && IsNameCharacter(rest_[length])) ++length;
    return {Piece::Kind::kName, rest_.substr(0, length)};
  }

  Piece UpTo(size_t end, size_t mark, bool may_lack_end) const {
    if (end == std::string_view::npos) return {Piece::Kind::kClosed, rest_, may_lack_end};
    return {Piece::Kind::kClosed, rest_.substr(0, end + mark)};
  }

  // A doubled quote is part of the text; a backslash is an escape in E'...' only.
  Piece Quoted(char quote, bool escapes, Piece::Kind kind) const {
    for (size_t i = escapes ? 2 : 1; i < rest_.size(); ++i) {
      if (escapes && rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == quote) {
        if (i + 1 == rest_.size() || rest_[i + 1] != quote) return {kind, rest_.substr(0, i + 1)};
        ++i;
      }
    }
    return {kind, rest_, false};
  }

  // $$text$$ or $tag$text$tag$; else the dollar stands for itself.
  Piece DollarQuoted() const {
    size_t length = 1;
    while (length < rest_.size() && IsNameCharacter(rest_[length]) && rest_[length] != '$') ++length;
    if (length == rest_.size() || rest_[length] != '$') return {Piece::Kind::kOther, rest_.substr(0, 1)};
    const std::string_view tag = rest_.substr(0, length + 1);
    return UpTo(rest_.find(tag, tag.size()), tag.size(), false);
  }

  std::string_view rest_;
};

std::string Unquoted(std::string_view quoted) {
  std::string name;
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    name += quoted[i];
    if (quoted[i] == '"') ++i;
  }
  return name;
}

bool IsPrimary(std::string_view name) {
  constexpr std::string_view kPrimary = "primary";
  return std::equal(name.begin(), name.end(), kPrimary.begin(), kPrimary.end(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
}

}  // namespace

Status CheckClosed(std::string_view sql) {
  int depth = 0;
  Pieces pieces(sql);
  for (Piece piece; pieces.Next(piece);) {
    if (!piece.complete) return Error(Code::kInvalidArgument, "a quote or a comment in the SQL does not end");
    if (piece.kind != Piece::Kind::kOther) continue;
    if (piece.text == ";")
      return Error(Code::kInvalidArgument, "the SQL is to be in one piece, without \";\"");
    depth += piece.text == "(" ? 1 : piece.text == ")" ? -1 : 0;
    if (depth < 0) return Error(Code::kInvalidArgument, "the SQL has a \")\" without its \"(\"");
  }
  if (depth > 0) return Error(Code::kInvalidArgument, "the SQL has a \"(\" without its \")\"");
  return Ok();
}

std::vector<std::string> NamesIn(std::string_view sql) {
  std::set<std::string> names;
  Pieces pieces(sql);
  for (Piece piece; pieces.Next(piece);) {
    if (piece.kind == Piece::Kind::kName) names.emplace(piece.text);
    if (piece.kind == Piece::Kind::kQuotedName) names.insert(Unquoted(piece.text));
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> TableNames(const Rule& rule) {
  std::set<std::string> names;
  ForEachCheck(rule, [&](const Check& check) {
    if (check.type == RuleType::kReferentialIntegrity) names.insert(SplitReference(check.arguments[1]).table);
    if (check.type == RuleType::kSchemaMatch) names.insert(check.arguments[0]);
    if (check.type != RuleType::kCustomSql) return;
    for (std::string& name : NamesIn(check.arguments[0])) names.insert(std::move(name));
  });
  return {names.begin(), names.end()};
}

std::string QuotePrimary(std::string_view sql) {
  std::string quoted;
  Pieces pieces(sql);
  for (Piece piece; pieces.Next(piece);) {
    const bool is_primary = piece.kind == Piece::Kind::kName && IsPrimary(piece.text);
    quoted += is_primary ? "\"primary\"" : std::string(piece.text);
  }
  return quoted;
}

}  // namespace tarn::dqdl

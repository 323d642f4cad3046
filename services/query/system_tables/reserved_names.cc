#include "services/query/system_tables/reserved_names.h"

#include <algorithm>
#include <cctype>

#include "common/text/lower_case.h"

namespace tarn::query {
namespace {

bool IsNameByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || c == '$' || byte >= 0x80;
}

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)); }

// Walks SQL piece by piece: names, quoted names, texts, comments, single characters.
class Pieces {
 public:
  explicit Pieces(std::string_view sql) : sql_(sql) {}

  bool Next() {
    begin_ = end_;
    if (begin_ == sql_.size()) return false;
    end_ = EndOf(begin_);
    return true;
  }

  size_t begin() const { return begin_; }
  std::string_view text() const { return sql_.substr(begin_, end_ - begin_); }
  bool is_blank() const { return IsSpace(text()[0]) || text().starts_with("--") || text().starts_with("/*"); }
  bool is_name() const { return text()[0] == '"' || IsNameByte(text()[0]); }
  std::string_view name() const {
    return text()[0] == '"' && text().size() > 1 ? text().substr(1, text().size() - 2) : text();
  }

 private:
  size_t EndOf(size_t at) const {
    const std::string_view rest = sql_.substr(at);
    if (rest.starts_with("--")) return std::min(sql_.find('\n', at), sql_.size());
    if (rest.starts_with("/*")) return EndOfComment(at);
    if ((rest.starts_with("e'") || rest.starts_with("E'"))) return EndOfQuoted(at + 1, '\'', true);
    if (rest[0] == '\'' || rest[0] == '"') return EndOfQuoted(at, rest[0], false);
    if (rest[0] == '$') return EndOfDollar(at);
    size_t end = at + 1;
    while (IsNameByte(rest[0]) && end < sql_.size() && IsNameByte(sql_[end])) ++end;
    return end;
  }

  // They may stand inside each other.
  size_t EndOfComment(size_t at) const {
    int depth = 0;
    for (; at < sql_.size(); ++at) {
      const std::string_view two = sql_.substr(at, 2);
      if (two != "/*" && two != "*/") continue;
      depth += two == "/*" ? 1 : -1;
      ++at;
      if (depth == 0) return at + 1;
    }
    return sql_.size();
  }

  size_t EndOfQuoted(size_t at, char quote, bool escapes) const {
    for (++at; at < sql_.size(); ++at) {
      if (escapes && sql_[at] == '\\') {
        ++at;
      } else if (sql_[at] == quote) {
        if (at + 1 == sql_.size() || sql_[at + 1] != quote) return at + 1;
        ++at;  // doubled
      }
    }
    return sql_.size();
  }

  // $1 and $name are parameters; $$text$$ and $tag$text$tag$ are texts.
  size_t EndOfDollar(size_t at) const {
    size_t end = at + 1;
    while (end < sql_.size() && sql_[end] != '$' && IsNameByte(sql_[end])) ++end;
    const bool is_number = end > at + 1 && std::isdigit(static_cast<unsigned char>(sql_[at + 1]));
    if (end == sql_.size() || sql_[end] != '$' || is_number) return end;
    const std::string_view tag = sql_.substr(at, end + 1 - at);
    const size_t closing = sql_.find(tag, end + 1);
    return closing == std::string_view::npos ? sql_.size() : closing + tag.size();
  }

  std::string_view sql_;
  size_t begin_ = 0, end_ = 0;
};

}  // namespace

bool IsReservedDatabase(std::string_view database) {
  const std::string lower = text::LowerCase(database);
  return lower == "system" || lower == "information_schema";
}

std::string EngineDatabase(std::string_view reserved) {
  std::string name = text::LowerCase(reserved);
  name.back() = '_';
  return name;
}

std::string WithEngineDatabases(std::string_view sql) {
  std::string changed(sql);
  Pieces pieces(sql);
  bool after_dot = false;
  size_t candidate = std::string::npos;  // where a reserved name begins that a dot may follow
  std::string_view name;
  while (pieces.Next()) {
    if (pieces.is_blank()) continue;
    const bool is_dot = pieces.text() == ".";
    if (is_dot && candidate != std::string::npos)
      changed.replace(candidate, name.size(), EngineDatabase(name));
    candidate = std::string::npos;
    if (pieces.is_name() && !after_dot && IsReservedDatabase(pieces.name())) {
      name = pieces.name();
      candidate = pieces.begin() + (pieces.text()[0] == '"');
    }
    after_dot = is_dot;
  }
  return changed;
}

}  // namespace tarn::query

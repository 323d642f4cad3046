#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/query/dialect/syntax.h"
#include "services/query/dialect/tokenizer.h"

namespace tarn::query {

/// Walks over tokens: what both halves of the parser need.
class TokenCursor {
 public:
  TokenCursor(std::string_view sql, const std::vector<Token>& tokens) : sql_(sql), tokens_(tokens) {}

 protected:
  static constexpr int kMaxDepth = 200;

  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool AtEnd() const { return Peek().kind == Token::Kind::kEnd; }

  bool IsWord(std::string_view word, size_t ahead = 0) const {
    return Peek(ahead).kind == Token::Kind::kWord && Peek(ahead).text == word;
  }
  bool IsSymbol(std::string_view symbol, size_t ahead = 0) const {
    return Peek(ahead).kind == Token::Kind::kSymbol && Peek(ahead).text == symbol;
  }
  bool EatWord(std::string_view word) { return IsWord(word) && (Take(), true); }
  bool EatSymbol(std::string_view symbol) { return IsSymbol(symbol) && (Take(), true); }
  bool EatWords(std::initializer_list<std::string_view> words);

  Error Fault(const std::string& message) const { return FaultAt(message, Peek().position); }
  Error FaultAt(const std::string& message, size_t position) const;
  /// "expected FROM" and what stands there instead.
  Error Expected(std::string_view what) const;
  Status NeedWord(std::string_view word);
  Status NeedSymbol(std::string_view symbol);

  /// Whether a name may begin here: quoted, or a word that is not reserved.
  bool AtName(size_t ahead = 0) const;
  Result<Identifier> Name(std::string_view what);
  Result<std::vector<Identifier>> NameList();
  /// The text of a type from here to its end.
  Result<TrinoType> Type();

  std::string_view sql_;
  const std::vector<Token>& tokens_;
  size_t at_ = 0;
  int depth_ = 0;

  /// Counts nesting while it lives.
  struct Level {
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --depth_; }
    int& depth_;
  };
};

}  // namespace tarn::query

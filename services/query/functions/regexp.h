#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::query {

/// A regular expression of Java's syntax, matched by PCRE2 with bounds on its work. One thread at a time.
class Regexp {
 public:
  /// The pattern, compiled; kept for the thread's next use. Errors: kInvalidArgument for a pattern that
  /// cannot be compiled or has constructs that the two syntaxes read in different ways (class intersections
  /// `&&`, `\h` in classes, quoted names of properties that PCRE2 does not have).
  static Result<Regexp*> Get(std::string_view pattern);

  ~Regexp();

  struct Match {
    size_t start = 0, end = 0;                            ///< byte offsets
    std::vector<std::optional<std::string_view>> groups;  ///< the whole match first
  };

  /// The first match at or behind `start`; nothing if there is none. Errors: kResourceExhausted when the
  /// pattern takes too much work on this text.
  Result<std::optional<Match>> Find(std::string_view text, size_t start);

  /// All matches as Java finds them: behind an empty match the next search begins one character on.
  Result<std::vector<Match>> FindAll(std::string_view text, size_t most = SIZE_MAX);

  size_t groups() const { return groups_; }
  /// The number of a named group, 0 if there is none.
  size_t GroupNumber(const std::string& name) const;

 private:
  struct Code;
  Regexp(std::unique_ptr<Code> code, size_t groups);

  std::unique_ptr<Code> code_;
  size_t groups_;
};

}  // namespace tarn::query

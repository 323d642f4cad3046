#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/result.h"

namespace tarn::catalog {

/// A pattern over keys by the rules of AWS Glue's exclude patterns
/// (https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html): `*` stands for any
/// characters of one folder or file name, `**` for any characters at all, `?` for one character of a name,
/// `[a-z_]` and `[!0]` for one of a set (of a name, too), `{this,that}` for one of several patterns, which
/// cannot hold braces themselves; `\` takes the meaning from the character after it. A leading period is
/// like any other character. Upper and lower case differ.
class Glob {
 public:
  /// Errors: kInvalidArgument for a pattern over 1,024 bytes, with a bracket or brace that is not closed, a
  /// group within a group, a range that goes backwards, or nothing after the last `\`.
  static Result<Glob> Parse(std::string_view pattern);

  /// Whether all of `path` matches. Takes time in proportion to the product of both lengths at most.
  bool Matches(std::string_view path) const;

  const std::string& pattern() const { return pattern_; }

 private:
  friend class GlobParser;

  using Range = std::pair<char32_t, char32_t>;
  struct Step {
    enum class Kind { kOne, kFork, kJump, kEnd } kind = Kind::kEnd;
    std::vector<Range> ranges{};  ///< kOne: a character of these ...
    bool negated = false;         ///< ... or none of them
    bool crosses = false;         ///< kOne: may be a slash
    size_t next = 0;              ///< kJump, and one way of kFork
    size_t other = 0;             ///< the other way of kFork
    bool Takes(char32_t character) const;
  };

  void Follow(size_t step, std::vector<bool>& reached, std::vector<size_t>& steps) const;

  std::string pattern_;
  std::vector<Step> steps_;
};

}  // namespace tarn::catalog

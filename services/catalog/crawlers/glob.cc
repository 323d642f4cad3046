#include "services/catalog/crawlers/glob.h"

#include <algorithm>
#include <optional>

namespace tarn::catalog {
namespace {

constexpr size_t kMaxBytes = 1024;
constexpr char32_t kLast = 0x10FFFF;

// The characters of a text in UTF-8; a byte that is part of none stands for itself, above all of them.
std::u32string Characters(std::string_view text) {
  std::u32string characters;
  for (size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;
    if (length == 0 || at + length > text.size()) {
      characters += kLast + 1 + first;
      ++at;
      continue;
    }
    char32_t character = length == 1 ? first : first & (0x7Fu >> length);
    for (size_t i = 1; i < length; ++i)
      character = (character << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
    characters += character;
    at += length;
  }
  return characters;
}

Error Bad(std::string what) { return Error(Code::kInvalidArgument, std::move(what)); }

}  // namespace

/// Compiles a pattern to steps that are followed in all ways at once.
class GlobParser {
 public:
  explicit GlobParser(std::string_view pattern) : text_(Characters(pattern)) {}

  Result<std::vector<Glob::Step>> Parse() {
    while (at_ < text_.size()) TARN_TRY(ParseNext());
    if (in_group_) return Bad("a brace is not closed: {");
    Add({Kind::kEnd});
    return std::move(steps_);
  }

 private:
  using Kind = Glob::Step::Kind;

  size_t Add(Glob::Step step) {
    steps_.push_back(std::move(step));
    return steps_.size() - 1;
  }

  Status ParseNext() {
    const char32_t character = text_[at_++];
    if (character == U'*') return ParseStars();
    if (character == U'?') return AddOne({{}, true});
    if (character == U'[') return ParseSet();
    if (character == U'{') return OpenGroup();
    if (character == U',' && in_group_) return NextOfGroup();
    if (character == U'}') return CloseGroup();
    if (character != U'\\') return AddLiteral(character);
    if (at_ == text_.size()) return Bad("nothing stands after the last \\");
    return AddLiteral(text_[at_++]);
  }

  Status AddLiteral(char32_t character) {
    Glob::Step step{Kind::kOne, {{character, character}}};
    step.crosses = true;
    Add(std::move(step));
    return Ok();
  }

  struct Set {
    std::vector<Glob::Range> ranges;
    bool negated = false;
  };

  Status AddOne(Set set) {
    Add({Kind::kOne, std::move(set.ranges), set.negated});
    return Ok();
  }

  Status ParseStars() {
    size_t stars = 1;
    for (; at_ < text_.size() && text_[at_] == U'*'; ++at_) ++stars;
    const size_t fork = Add({Kind::kFork});
    Glob::Step any{Kind::kOne, {}, true};
    any.crosses = stars > 1;
    Add(std::move(any));
    Glob::Step back{Kind::kJump};
    back.next = fork;
    Add(std::move(back));
    steps_[fork].next = fork + 1;
    steps_[fork].other = steps_.size();
    return Ok();
  }

  Status ParseSet() {
    Set set;
    set.negated = at_ < text_.size() && text_[at_] == U'!';
    if (set.negated) ++at_;
    bool first = true;
    while (at_ < text_.size() && (first || text_[at_] != U']')) {
      first = false;
      const char32_t from = text_[at_++];
      const bool range = at_ + 1 < text_.size() && text_[at_] == U'-' && text_[at_ + 1] != U']';
      const char32_t to = range ? text_[at_ + 1] : from;
      if (range) at_ += 2;
      if (to < from) return Bad("a range in brackets goes backwards");
      set.ranges.emplace_back(from, to);
    }
    if (at_ == text_.size()) return Bad("a bracket is not closed: [");
    ++at_;
    return AddOne(std::move(set));
  }

  Status OpenGroup() {
    if (in_group_) return Bad("a group cannot stand in another one: {");
    in_group_ = true;
    ends_.clear();
    fork_ = Add({Kind::kFork});
    steps_[fork_].next = steps_.size();
    return Ok();
  }

  Status NextOfGroup() {
    ends_.push_back(Add({Kind::kJump}));
    steps_[fork_].other = steps_.size();
    fork_ = Add({Kind::kFork});
    steps_[fork_].next = steps_.size();
    return Ok();
  }

  Status CloseGroup() {
    if (!in_group_) return Bad("a brace is closed that was not opened; write \\} for the character");
    in_group_ = false;
    steps_[fork_].other = steps_[fork_].next;
    for (const size_t end : ends_) steps_[end].next = steps_.size();
    return Ok();
  }

  const std::u32string text_;
  size_t at_ = 0;
  std::vector<Glob::Step> steps_;
  bool in_group_ = false;
  size_t fork_ = 0;           // of the group's current pattern
  std::vector<size_t> ends_;  // of the group's patterns so far
};

Result<Glob> Glob::Parse(std::string_view pattern) {
  if (pattern.empty()) return Bad("the pattern is empty");
  if (pattern.size() > kMaxBytes)
    return Bad("the pattern is longer than 1024 bytes: " + std::to_string(pattern.size()));
  Glob glob;
  glob.pattern_ = pattern;
  TARN_ASSIGN(glob.steps_, GlobParser(pattern).Parse());
  return glob;
}

bool Glob::Step::Takes(char32_t character) const {
  if (character == U'/' && !crosses) return false;
  const bool found = std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return range.first <= character && character <= range.second;
  });
  return found != negated;
}

void Glob::Follow(size_t step, std::vector<bool>& reached, std::vector<size_t>& steps) const {
  std::vector<size_t> waiting = {step};
  while (!waiting.empty()) {
    const size_t at = waiting.back();
    waiting.pop_back();
    if (reached[at]) continue;
    reached[at] = true;
    const Step& here = steps_[at];
    if (here.kind == Step::Kind::kOne || here.kind == Step::Kind::kEnd) steps.push_back(at);
    if (here.kind == Step::Kind::kFork || here.kind == Step::Kind::kJump) waiting.push_back(here.next);
    if (here.kind == Step::Kind::kFork) waiting.push_back(here.other);
  }
}

bool Glob::Matches(std::string_view path) const {
  std::vector<bool> reached(steps_.size());
  std::vector<size_t> now, next;
  Follow(0, reached, now);
  for (const char32_t character : Characters(path)) {
    next.clear();
    reached.assign(steps_.size(), false);
    for (const size_t step : now) {
      const Step& here = steps_[step];
      if (here.kind == Step::Kind::kOne && here.Takes(character)) Follow(step + 1, reached, next);
    }
    std::swap(now, next);
    if (now.empty()) return false;
  }
  return std::any_of(now.begin(), now.end(),
                     [&](size_t step) { return steps_[step].kind == Step::Kind::kEnd; });
}

}  // namespace tarn::catalog

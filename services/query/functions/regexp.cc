#define PCRE2_CODE_UNIT_WIDTH 8
#include "services/query/functions/regexp.h"

#include <pcre2.h>

#include <list>
#include <unordered_map>

namespace tarn::query {
namespace {

constexpr size_t kMaxCached = 64;
constexpr size_t kMaxPattern = 64 << 10;
constexpr uint32_t kMatchLimit = 5'000'000;
constexpr uint32_t kHeapLimitKilobytes = 64 << 10;

std::string Message(int code) {
  PCRE2_UCHAR buffer[256];
  pcre2_get_error_message(code, buffer, sizeof buffer);
  return reinterpret_cast<const char*>(buffer);
}

// Constructs that Java's and PCRE2's syntax read in different ways.
Status CheckSyntax(std::string_view pattern) {
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
      if (next == 'K' || next == 'C' || next == 'g' || next == 'N')
        return Error(Code::kInvalidArgument, std::string("\\") + next + " is not supported");
      ++i;
    } else if (in_class) {
      if (c == '&' && pattern.substr(i, 2) == "&&")
        return Error(Code::kInvalidArgument, "&& in a character class is not supported");
      if (c == '[' && (i + 1 >= pattern.size() || pattern[i + 1] != ':'))
        return Error(Code::kInvalidArgument, "a class in a character class is not supported");
      if (c == '[') i = pattern.find(']', i);
      if (i == pattern.npos) break;
      if (c == ']') in_class = false;
    } else if (c == '[') {
      in_class = true;
      if (pattern.substr(i + 1, 1) == "^") ++i;
      if (pattern.substr(i + 1, 1) == "]") ++i;
    } else if (c == '(' && pattern.substr(i, 2) == "(*") {
      return Error(Code::kInvalidArgument, "(* is not supported");
    }
  }
  return Ok();
}

}  // namespace

struct Regexp::Code {
  pcre2_code* code = nullptr;
  pcre2_match_data* data = nullptr;
  pcre2_match_context* context = nullptr;
  ~Code() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
  }
};

Regexp::Regexp(std::unique_ptr<Code> code, size_t groups) : code_(std::move(code)), groups_(groups) {}
Regexp::~Regexp() = default;

Result<Regexp*> Regexp::Get(std::string_view pattern) {
  // The most recently used stand in front.
  thread_local std::list<std::pair<std::string, std::unique_ptr<Regexp>>> cache;
  thread_local std::unordered_map<std::string, decltype(cache)::iterator> index;
  const std::string key(pattern);
  if (const auto found = index.find(key); found != index.end()) {
    cache.splice(cache.begin(), cache, found->second);
    return cache.front().second.get();
  }
  if (pattern.size() > tarn::query::kMaxPattern)
    return Error(tarn::Code::kInvalidArgument, "the regular expression is too long");
  TARN_TRY(CheckSyntax(pattern));
  int failure = 0;
  PCRE2_SIZE offset = 0;
  auto code = std::make_unique<Code>();
  const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK;
  code->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &failure,
                             &offset, nullptr);
  if (!code->code)
    return Error(tarn::Code::kInvalidArgument, "not a regular expression: " + Message(failure) + " at " +
                                                   std::to_string(offset) + ": " + key);
  code->data = pcre2_match_data_create_from_pattern(code->code, nullptr);
  code->context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(code->context, kMatchLimit);
  pcre2_set_heap_limit(code->context, kHeapLimitKilobytes);
  uint32_t groups = 0;
  pcre2_pattern_info(code->code, PCRE2_INFO_CAPTURECOUNT, &groups);
  cache.emplace_front(key, std::unique_ptr<Regexp>(new Regexp(std::move(code), groups)));
  index[key] = cache.begin();
  if (cache.size() > kMaxCached) {
    index.erase(cache.back().first);
    cache.pop_back();
  }
  return cache.front().second.get();
}

Result<std::optional<Regexp::Match>> Regexp::Find(std::string_view text, size_t start) {
  if (start > text.size()) return std::optional<Match>();
  const int found = pcre2_match(code_->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), start,
                                PCRE2_NO_UTF_CHECK, code_->data, code_->context);
  if (found == PCRE2_ERROR_NOMATCH) return std::optional<Match>();
  if (found < 0)
    return Error(tarn::Code::kResourceExhausted,
                 "the regular expression takes too much work: " + Message(found));
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(code_->data);
  Match match;
  match.start = offsets[0];
  match.end = offsets[1];
  for (size_t group = 0; group <= groups_; ++group) {
    const bool set = group < static_cast<size_t>(found) && offsets[2 * group] != PCRE2_UNSET;
    if (set)
      match.groups.emplace_back(text.substr(offsets[2 * group], offsets[2 * group + 1] - offsets[2 * group]));
    else
      match.groups.emplace_back();
  }
  return std::optional<Match>(std::move(match));
}

Result<std::vector<Regexp::Match>> Regexp::FindAll(std::string_view text, size_t most) {
  std::vector<Match> matches;
  size_t at = 0;
  while (matches.size() < most) {
    TARN_ASSIGN(auto match, Find(text, at));
    if (!match) break;
    at = match->end;
    if (match->start == match->end) {
      ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    }
    matches.push_back(std::move(*match));
  }
  return matches;
}

size_t Regexp::GroupNumber(const std::string& name) const {
  const int number =
      pcre2_substring_number_from_name(code_->code, reinterpret_cast<PCRE2_SPTR>(name.c_str()));
  return number > 0 ? static_cast<size_t>(number) : 0;
}

}  // namespace tarn::query

#include "services/catalog/editing/precondition.h"

#include <algorithm>

namespace tarn::catalog {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The tags of versions have no commas inside.
Result<std::vector<std::string>> ParseTags(std::string_view list) {
  std::vector<std::string> tags;
  while (true) {
    const size_t comma = list.find(',');
    const std::string_view tag = Trim(list.substr(0, comma));
    const std::string_view bare = tag.starts_with("W/") ? tag.substr(2) : tag;
    if (bare.size() < 2 || bare.front() != '"' || bare.back() != '"') {
      return Error(Code::kInvalidArgument, "expected entity tags such as \"7\", or *").At("header:If-Match");
    }
    tags.emplace_back(tag);
    if (comma == std::string_view::npos) return tags;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<Precondition> Precondition::Of(const http::Request& request) {
  Precondition condition;
  if (const auto none = request.Header("if-none-match")) {
    if (Trim(*none) != "*")
      return Error(Code::kInvalidArgument, "only * is understood here").At("header:If-None-Match");
    condition.must_be_new_ = true;
  }
  const auto match = request.Header("if-match");
  if (!match) return condition;
  condition.has_match_ = true;
  condition.match_any_ = Trim(*match) == "*";
  if (!condition.match_any_) {
    TARN_ASSIGN(condition.matches_, ParseTags(*match));
  }
  return condition;
}

Status Precondition::Check(int64_t version) const {
  if (must_be_new_ && version > 0)
    return Error(Code::kPreconditionFailed, "it exists already").At("header:If-None-Match");
  if (!has_match_) return Ok();
  const bool matches =
      match_any_ ? version > 0
                 : std::find(matches_.begin(), matches_.end(), EntityTag(version)) != matches_.end();
  if (matches) return Ok();
  return Error(Code::kPreconditionFailed,
               "it has changed since: its version is " + std::to_string(version) + " now; read it again")
      .At("header:If-Match");
}

std::string EntityTag(int64_t version) { return '"' + std::to_string(version) + '"'; }

}  // namespace tarn::catalog

#include <cctype>
#include <string>
#include <vector>

#include "services/query/functions/code_points.h"
#include "services/query/functions/extension_functions.h"
#include "services/query/functions/regexp.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::OptionalTexts;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;
using Matches = std::vector<Regexp::Match>;

constexpr auto kText = FunctionType::kText;
constexpr auto kInteger = FunctionType::kInteger;

// The pattern is the second argument. False after it has answered with an error.
bool FindAll(ScalarCall& call, Matches& matches, Regexp** regexp = nullptr, size_t most = SIZE_MAX) {
  auto compiled = Regexp::Get(call.Text(1));
  if (!compiled.ok()) return call.Fail(compiled.error().message()), false;
  auto found = (*compiled)->FindAll(call.Text(0), most);
  if (!found.ok()) return call.Fail(found.error().message()), false;
  matches = std::move(*found);
  if (regexp) *regexp = *compiled;
  return true;
}

bool CheckGroup(ScalarCall& call, const Regexp& regexp, int64_t group) {
  if (group < 0) return call.Fail("Group cannot be negative"), false;
  if (static_cast<size_t>(group) <= regexp.groups()) return true;
  return call.Fail("Pattern has " + std::to_string(regexp.groups()) + " groups. Cannot access group " +
                   std::to_string(group)),
         false;
}

void Like(ScalarCall& call) {
  Matches matches;
  if (FindAll(call, matches, nullptr, 1)) call.ReturnInteger(!matches.empty());
}

void Count(ScalarCall& call) {
  Matches matches;
  if (FindAll(call, matches)) call.ReturnInteger(static_cast<int64_t>(matches.size()));
}

void Extract(ScalarCall& call) {
  Matches matches;
  Regexp* regexp = nullptr;
  if (!FindAll(call, matches, &regexp, 1) || !CheckGroup(call, *regexp, call.Integer(2))) return;
  if (matches.empty()) return call.ReturnNull();
  const auto& group = matches[0].groups[static_cast<size_t>(call.Integer(2))];
  if (group)
    call.ReturnText(*group);
  else
    call.ReturnNull();
}

void ExtractAll(ScalarCall& call) {
  Matches matches;
  Regexp* regexp = nullptr;
  if (!FindAll(call, matches, &regexp) || !CheckGroup(call, *regexp, call.Integer(2))) return;
  OptionalTexts texts;
  for (const auto& match : matches) {
    const auto& group = match.groups[static_cast<size_t>(call.Integer(2))];
    if (group)
      texts.emplace_back(*group);
    else
      texts.emplace_back();
  }
  call.ReturnTexts(texts);
}

void Split(ScalarCall& call) {
  Matches matches;
  if (!FindAll(call, matches)) return;
  OptionalTexts parts;
  size_t at = 0;
  for (const auto& match : matches) {
    parts.emplace_back(call.Text(0).substr(at, match.start - at));
    at = match.end;
  }
  parts.emplace_back(call.Text(0).substr(at));
  call.ReturnTexts(parts);
}

void Position(ScalarCall& call) {
  const int64_t start = call.Integer(2), occurrence = call.Integer(3);
  if (start < 1) return call.Fail("start position cannot be smaller than 1");
  if (occurrence < 1) return call.Fail("occurrence cannot be smaller than 1");
  auto compiled = Regexp::Get(call.Text(1));
  if (!compiled.ok()) return call.Fail(compiled.error().message());
  const std::string_view text = call.Text(0);
  const auto points = Decode(text);
  if (start > static_cast<int64_t>(points.size())) return call.ReturnInteger(-1);
  size_t at = Encode(std::u32string_view(points).substr(0, static_cast<size_t>(start - 1))).size();
  for (int64_t count = 1;; ++count) {
    auto match = (*compiled)->Find(text, at);
    if (!match.ok()) return call.Fail(match.error().message());
    if (!*match) return call.ReturnInteger(-1);
    if (count == occurrence)
      return call.ReturnInteger(static_cast<int64_t>(Decode(text.substr(0, (**match).start)).size()) + 1);
    at = (**match).end;
    if ((**match).end == (**match).start) return call.Fail("an empty match has no next occurrence");
  }
}

// $1 takes as many digits as there is a group for, ${name} a named one, \x is x.
bool Expand(ScalarCall& call, std::string_view replacement, const Regexp& regexp, const Regexp::Match& match,
            std::string& result) {
  for (size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] == '\\') {
      if (++i == replacement.size())
        return call.Fail("Illegal replacement sequence: it ends with a backslash"), false;
      result += replacement[i];
      continue;
    }
    if (replacement[i] != '$') {
      result += replacement[i];
      continue;
    }
    size_t group = 0;
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (next == '{') {
      const size_t end = replacement.find('}', i);
      const std::string name(replacement.substr(i + 2, end == replacement.npos ? 0 : end - i - 2));
      group = regexp.GroupNumber(name);
      if (group == 0) return call.Fail("Illegal replacement sequence: unknown group { " + name + " }"), false;
      i = end;
    } else if (std::isdigit(static_cast<unsigned char>(next))) {
      group = static_cast<size_t>(next - '0');
      if (group > regexp.groups())
        return call.Fail("Illegal replacement sequence: unknown group " + std::to_string(group)), false;
      for (++i; i + 1 < replacement.size() && std::isdigit(static_cast<unsigned char>(replacement[i + 1]));
           ++i) {
        const size_t longer = group * 10 + static_cast<size_t>(replacement[i + 1] - '0');
        if (longer > regexp.groups()) break;
        group = longer;
      }
    } else {
      return call.Fail("Illegal replacement sequence: $ stands before a group's number or {name}"), false;
    }
    if (match.groups[group]) result += *match.groups[group];
  }
  return true;
}

void Replace(ScalarCall& call) {
  Matches matches;
  Regexp* regexp = nullptr;
  if (!FindAll(call, matches, &regexp)) return;
  const std::string_view text = call.Text(0);
  std::string result;
  size_t at = 0;
  for (const auto& match : matches) {
    result += text.substr(at, match.start - at);
    if (!Expand(call, call.Text(2), *regexp, match, result)) return;
    at = match.end;
  }
  call.ReturnText(result.append(text.substr(at)));
}

// For each match the text before it and its groups, then the text behind the last.
void Pieces(ScalarCall& call) {
  Matches matches;
  if (!FindAll(call, matches)) return;
  std::vector<OptionalTexts> rows;
  size_t at = 0;
  for (const auto& match : matches) {
    OptionalTexts row = {std::string(call.Text(0).substr(at, match.start - at))};
    for (size_t group = 1; group < match.groups.size(); ++group) {
      if (match.groups[group])
        row.emplace_back(*match.groups[group]);
      else
        row.emplace_back();
    }
    rows.push_back(std::move(row));
    at = match.end;
  }
  rows.push_back({std::string(call.Text(0).substr(at))});
  call.ReturnTextRows(rows);
}

const ScalarFunction kFunctions[] = {
    {"tarn_regexp_like", {kText, kText}, FunctionType::kBoolean, Like},
    {"tarn_regexp_count", {kText, kText}, kInteger, Count},
    {"tarn_regexp_extract", {kText, kText, kInteger}, kText, Extract},
    {"tarn_regexp_extract_all", {kText, kText, kInteger}, FunctionType::kTexts, ExtractAll},
    {"tarn_regexp_split", {kText, kText}, FunctionType::kTexts, Split},
    {"tarn_regexp_position", {kText, kText, kInteger, kInteger}, kInteger, Position},
    {"tarn_regexp_replace", {kText, kText, kText}, kText, Replace},
    {"tarn_regexp_pieces", {kText, kText}, FunctionType::kTextRows, Pieces},
};

}  // namespace

std::span<const ScalarFunction> RegexpExtensions() { return kFunctions; }

}  // namespace tarn::query

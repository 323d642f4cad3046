#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::OptionalTexts;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kText = FunctionType::kText;
constexpr auto kInteger = FunctionType::kInteger;
constexpr size_t kMaxCombinations = 100'000;

OptionalTexts Cut(std::string_view text, std::string_view delimiter, size_t limit) {
  OptionalTexts parts;
  size_t at = 0;
  while (parts.size() + 1 < limit) {
    const size_t next = text.find(delimiter, at);
    if (next == text.npos) break;
    parts.emplace_back(text.substr(at, next - at));
    at = next + delimiter.size();
  }
  parts.emplace_back(text.substr(at));
  return parts;
}

void Split(ScalarCall& call) {
  if (call.Integer(2) < 1 || call.Integer(2) > 2147483647) return call.Fail("Limit must be positive");
  if (call.Text(1).empty()) return call.Fail("The delimiter may not be the empty string");
  call.ReturnTexts(Cut(call.Text(0), call.Text(1), static_cast<size_t>(call.Integer(2))));
}

void SplitPart(ScalarCall& call) {
  const int64_t index = call.Integer(2);
  if (index < 1) return call.Fail("Index must be greater than zero");
  if (call.Text(1).empty()) return call.Fail("The delimiter may not be the empty string");
  const auto parts = Cut(call.Text(0), call.Text(1), SIZE_MAX);
  if (static_cast<size_t>(index) > parts.size()) return call.ReturnNull();
  call.ReturnText(*parts[static_cast<size_t>(index) - 1]);
}

// Rows of key and value. Trino fails for an entry without the second delimiter, for one with two, and, in
// split_to_map, for a key that comes twice.
void SplitPairs(ScalarCall& call) {
  const std::string_view text = call.Text(0), entries = call.Text(1), values = call.Text(2);
  if (entries.empty() || values.empty()) return call.Fail("a delimiter is empty");
  if (entries == values) return call.Fail("entryDelimiter and keyValueDelimiter must not be the same");
  std::vector<OptionalTexts> rows;
  std::set<std::string> keys;
  if (text.empty()) return call.ReturnTextRows(rows);
  auto parts = Cut(text, entries, SIZE_MAX);
  if (parts.back()->empty()) parts.pop_back();
  for (const auto& part : parts) {
    auto pair = Cut(*part, values, SIZE_MAX);
    if (pair.size() != 2)
      return call.Fail("Key-value delimiter must appear exactly once in each entry. Bad input: '" + *part +
                       '\'');
    if (!keys.insert(*pair[0]).second && call.Integer(3))
      return call.Fail("Duplicate keys (" + *pair[0] + ") are not allowed");
    rows.push_back(std::move(pair));
  }
  call.ReturnTextRows(rows);
}

// Rows [key, value] to rows [key, value, value, ...], in the order of the keys' first rows.
void GroupPairs(ScalarCall& call) {
  const auto flat = call.Texts(0);
  std::vector<OptionalTexts> groups;
  std::map<std::string, size_t> positions;
  for (size_t i = 0; i + 1 < flat.size(); i += 2) {
    const auto [position, added] = positions.emplace(flat[i].value_or(""), groups.size());
    if (added) groups.push_back({flat[i]});
    groups[position->second].push_back(flat[i + 1]);
  }
  call.ReturnTextRows(groups);
}

// Positions from 1, in Trino's order: the last position grows slowest.
void Combinations(ScalarCall& call) {
  const int64_t size = call.Integer(0), length = call.Integer(1);
  if (length < 0 || length > 5) return call.Fail("combinations takes groups of 0 to 5 elements");
  std::vector<OptionalTexts> rows;
  if (length > size) return call.ReturnTextRows(rows);
  std::vector<int64_t> picked(static_cast<size_t>(length));
  std::iota(picked.begin(), picked.end(), 1);
  while (true) {
    OptionalTexts row;
    for (const int64_t position : picked) row.emplace_back(std::to_string(position));
    rows.push_back(std::move(row));
    if (rows.size() > kMaxCombinations) return call.Fail("combinations exceed 100000 rows");
    size_t i = 0;
    while (i < picked.size() && picked[i] + 1 > (i + 1 < picked.size() ? picked[i + 1] - 1 : size)) ++i;
    if (i == picked.size()) break;
    ++picked[i];
    for (size_t j = 0; j < i; ++j) picked[j] = static_cast<int64_t>(j) + 1;
  }
  call.ReturnTextRows(rows);
}

const ScalarFunction kFunctions[] = {
    {"tarn_split", {kText, kText, kInteger}, FunctionType::kTexts, Split},
    {"tarn_split_part", {kText, kText, kInteger}, kText, SplitPart},
    {"tarn_split_pairs", {kText, kText, kText, FunctionType::kBoolean}, FunctionType::kTextRows, SplitPairs},
    {"tarn_group_pairs", {FunctionType::kTexts}, FunctionType::kTextRows, GroupPairs},
    {"tarn_combinations", {kInteger, kInteger}, FunctionType::kTextRows, Combinations},
};

}  // namespace

std::span<const ScalarFunction> SplitExtensions() { return kFunctions; }

}  // namespace tarn::query

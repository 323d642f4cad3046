#include <algorithm>
#include <map>
#include <utility>

#include "common/logging/log.h"
#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

using Tables = std::vector<std::span<const FunctionEntry>>;

Tables AllTables() {
  return {MathFunctions(),       TextFunctions(),        RegexpFunctions(),    ArrayFunctions(),
          MapFunctions(),        JsonFunctions(),        TimeFunctions(),      BinaryFunctions(),
          UrlFunctions(),        ConditionalFunctions(), AggregateFunctions(), WindowFunctions(),
          UnsupportedFunctions()};
}

// Splits at commas that stand in no parentheses.
std::vector<std::string_view> SplitList(std::string_view list) {
  std::vector<std::string_view> parts;
  int open = 0;
  size_t start = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '(') ++open;
    if (list[i] == ')') --open;
    if (list[i] != ',' || open > 0) continue;
    parts.push_back(list.substr(start, i - start));
    start = i + 1;
  }
  if (!list.empty()) parts.push_back(list.substr(start));
  return parts;
}

Result<Signature> ReadSignature(std::string_view text) {
  Signature signature;
  const size_t arrow = text.rfind(") -> ");
  std::string_view list = text.substr(1, arrow - 1);
  if (list.ends_with("...")) {
    signature.variadic = true;
    list.remove_suffix(3);
  }
  for (const auto part : SplitList(list)) {
    TARN_ASSIGN(auto type, ParseTrinoType(part));
    signature.parameters.push_back(std::move(type));
  }
  TARN_ASSIGN(signature.result, ParseTrinoType(text.substr(arrow + 5)));
  return signature;
}

using Catalog = std::map<std::string_view, CompiledFunction>;

Catalog Compile() {
  Catalog catalog;
  for (const auto& table : AllTables()) {
    for (const auto& entry : table) {
      CompiledFunction function{&entry, {}};
      for (const auto& overload : entry.overloads) {
        auto signature = ReadSignature(overload.signature);
        // The tables are part of the program; a test reads all of them.
        if (!signature.ok())
          log::Failure("a function's signature cannot be read", {{"function", entry.name}});
        else
          function.overloads.push_back({std::move(*signature), overload.sql});
      }
      catalog.emplace(entry.name, std::move(function));
    }
  }
  return catalog;
}

const Catalog& TheCatalog() {
  static const Catalog catalog = Compile();
  return catalog;
}

// Levenshtein's distance, for names.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

}  // namespace

std::vector<const FunctionEntry*> AllFunctions() {
  std::vector<const FunctionEntry*> entries;
  for (const auto& table : AllTables()) {
    for (const auto& entry : table) entries.push_back(&entry);
  }
  return entries;
}

const CompiledFunction* FindFunction(std::string_view name) {
  const auto& catalog = TheCatalog();
  const auto found = catalog.find(name);
  return found == catalog.end() ? nullptr : &found->second;
}

std::vector<std::string> FunctionsLike(std::string_view name) {
  std::vector<std::pair<size_t, std::string>> near;
  for (const auto& [known, function] : TheCatalog()) {
    if (function.entry->how == How::kUnsupported || known.size() > name.size() + 3) continue;
    const size_t distance = Distance(name.substr(0, 64), known);
    if (distance <= 1 + name.size() / 4) near.emplace_back(distance, known);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < near.size() && i < 3; ++i) names.push_back(near[i].second);
  return names;
}

}  // namespace tarn::query

#include "services/transform/quality/dqdl/ruleset.h"

#include <algorithm>

#include "services/transform/quality/dqdl/rule_types.h"

namespace tarn::dqdl {
namespace {

bool CheckJudgesRows(const Check& check) {
  if (check.type == RuleType::kCustomSql) return !check.condition;
  return Traits(check.type).judges_rows;
}

// Whether each row alone decides on the rule, and no part of them is enough.
bool IsStrict(const Check& check) {
  return CheckJudgesRows(check) && !check.threshold && check.type != RuleType::kReferentialIntegrity;
}

std::string Trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

bool JudgesRows(const Rule& rule) {
  if (rule.kind == Rule::Kind::kCheck) return CheckJudgesRows(rule.check);
  return std::all_of(rule.parts.begin(), rule.parts.end(), [](const Rule& part) {
    return part.kind == Rule::Kind::kCheck ? IsStrict(part.check) : JudgesRows(part);
  });
}

bool ComparesRows(const Rule& rule) {
  bool compares = false;
  ForEachCheck(rule, [&](const Check& check) {
    compares |= check.type == RuleType::kIsUnique || check.type == RuleType::kIsPrimaryKey;
  });
  return compares;
}

void ForEachCheck(const Rule& rule, const std::function<void(const Check&)>& visit) {
  if (rule.kind == Rule::Kind::kCheck) visit(rule.check);
  for (const Rule& part : rule.parts) ForEachCheck(part, visit);
}

ReferencedColumns SplitReference(const std::string& argument) {
  const size_t brace = argument.find(".{");
  if (brace != std::string::npos && argument.back() == '}') {
    return {argument.substr(0, brace), SplitNames(argument.substr(brace + 2, argument.size() - brace - 3))};
  }
  const size_t dot = argument.rfind('.');
  if (dot == std::string::npos) return {argument, {}};
  return {argument.substr(0, dot), {argument.substr(dot + 1)}};
}

std::vector<std::string> SplitNames(const std::string& list) {
  std::vector<std::string> names;
  size_t begin = 0;
  while (true) {
    const size_t comma = list.find(',', begin);
    names.push_back(Trimmed(list.substr(begin, comma - begin)));
    if (comma == std::string::npos) return names;
    begin = comma + 1;
  }
}

}  // namespace tarn::dqdl

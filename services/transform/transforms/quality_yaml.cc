#include "services/transform/transforms/quality_yaml.h"

#include "services/transform/quality/dqdl/parser.h"

namespace tarn::transform {
namespace {

constexpr size_t kMaxRulesets = 20;

Result<QualityRules> ReadRules(const YAML::Node& node, const std::string& path) {
  MappingReader reader(node, path);
  QualityRules rules;
  rules.severity = reader.OneOf<Severity>(
      "severity", reader.Text("severity", "fail"),
      {{"fail", Severity::kFail}, {"quarantine", Severity::kQuarantine}, {"warn", Severity::kWarn}});
  const std::string rows = reader.Text("rows", "");
  if (!rows.empty()) {
    rules.scope = reader.OneOf<RuleScope>("rows", rows,
                                          {{"published", RuleScope::kPublished}, {"new", RuleScope::kNew}});
    if (rules.severity == Severity::kQuarantine)
      reader.Fail("rows", "what is quarantined is always taken from the new rows; leave the key out");
  }
  rules.text = reader.RequiredText("rules");
  auto ruleset = dqdl::ParseRuleset(rules.text);
  if (ruleset.ok())
    rules.ruleset = *std::move(ruleset);
  else
    reader.Fail("rules", ruleset.error().message(), ruleset.error().where());
  TARN_TRY(reader.Finish());
  return rules;
}

}  // namespace

Result<std::vector<QualityRules>> ReadQuality(MappingReader& output) {
  std::vector<QualityRules> quality;
  const auto list = output.Sequence("quality");
  if (!list) return quality;
  if (list->size() > kMaxRulesets) {
    output.Fail("quality", "at most " + std::to_string(kMaxRulesets) + " sets of rules");
    return quality;
  }
  for (size_t i = 0; i < list->size(); ++i) {
    TARN_ASSIGN(auto rules, ReadRules((*list)[i], output.PathTo("quality") + "[" + std::to_string(i) + "]"));
    quality.push_back(std::move(rules));
  }
  return quality;
}

}  // namespace tarn::transform

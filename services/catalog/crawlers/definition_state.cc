#include "services/catalog/crawlers/definition_state.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/crawlers/definition_json.h"

namespace tarn::catalog {

DefinitionState StateOf(const CrawlerDefinition& definition) {
  const nlohmann::json all = DefinitionToJson(definition);
  nlohmann::json rules;
  for (const char* key :
       {"database", "table_prefix", "grouping", "partitions", "classifiers", "schema_change"}) {
    if (all.contains(key)) rules[key] = all.at(key);
  }
  return {json::Dump(all.at("targets")), json::Dump(rules)};
}

std::string StateToText(const DefinitionState& state) { return state.targets + "\n" + state.rules; }

DefinitionState StateFromText(const std::string& text) {
  const size_t line = text.find('\n');
  if (line == std::string::npos) return {};
  return {text.substr(0, line), text.substr(line + 1)};
}

}  // namespace tarn::catalog

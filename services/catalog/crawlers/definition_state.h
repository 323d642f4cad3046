#pragma once

#include <string>

#include "services/catalog/crawlers/crawler_definition.h"

namespace tarn::catalog {

/// What of a definition decides which tables there are, as text: where it changes, all must be crawled again.
struct DefinitionState {
  std::string targets;
  std::string rules;  ///< grouping, names, partitions, classifiers: where they change, files are read again

  bool operator==(const DefinitionState&) const = default;
};
DefinitionState StateOf(const CrawlerDefinition& definition);
std::string StateToText(const DefinitionState& state);
/// A text that is none gives an empty state.
DefinitionState StateFromText(const std::string& text);

}  // namespace tarn::catalog

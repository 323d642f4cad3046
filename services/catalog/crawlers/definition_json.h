#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/result/result.h"
#include "services/catalog/crawlers/crawler_definition.h"

namespace tarn::catalog {

/// Reads a crawler's definition, which has the same keys in JSON and in crawler.yaml: docs/crawlers.md
/// describes them. `name` is that of the folder or of the path; the document may repeat it; empty: it must
/// be in the document. Errors: kInvalidArgument with where() = the JSON pointer of what is wrong.
Result<CrawlerDefinition> ReadDefinition(const nlohmann::json& document, const std::string& name);

/// Reads the text of a crawler.yaml. Errors: as ReadDefinition, with where() = "line 3, /targets/0/prefix".
Result<CrawlerDefinition> ReadDefinitionYaml(const std::string& text, const std::string& name);

/// The definition with all defaults. ReadDefinition reads it back.
nlohmann::json DefinitionToJson(const CrawlerDefinition& definition);

/// True for 1 to 128 of a-z, 0-9, '_', '-' and '.', beginning with a letter or digit.
bool IsCrawlerName(std::string_view name);

}  // namespace tarn::catalog

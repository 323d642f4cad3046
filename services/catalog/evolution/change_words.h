#pragma once

#include <string>

#include "services/catalog/evolution/schema_change.h"

namespace tarn::catalog {

/// Says a change, with its sides, in one English sentence.
std::string InWords(const SchemaChange& change);
std::string InWords(const SchemaConflict& conflict);

}  // namespace tarn::catalog

#pragma once

#include <string>

#include "services/catalog/evolution/schema_change.h"

namespace tarn::catalog {

/// Says a change, with its sides, in one English sentence.
std::string InWords(const SchemaChange& change);
std::string InWords(const SchemaConflict& conflict);
/// Whether its type has parts of which its files have no value: what is text in the table, until it is known.
bool HasUnknownParts(const TypeSide& side);
/// "3 files have BIGINT (lake/a.csv, ...) and 1 file has VARCHAR (lake/c.csv)"
std::string InWords(const std::vector<TypeSide>& sides);

}  // namespace tarn::catalog

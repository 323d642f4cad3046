#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/evolution/schema_change.h"

namespace tarn::catalog {

const char* KindName(SchemaChange::Kind kind);  ///< "column_added", "type_widened", ...

/// How the REST API and the database show them: {"kind", "column", "from", "to", "sides", "words"} and
/// {"column", "type", "sides", "words"}.
nlohmann::json ChangesToJson(const std::vector<SchemaChange>& changes);
nlohmann::json ConflictsToJson(const std::vector<SchemaConflict>& conflicts);

/// Read them back. Errors: kInternal if the value is not what the functions above wrote.
Result<std::vector<SchemaChange>> ChangesFromJson(const nlohmann::json& value);
Result<std::vector<SchemaConflict>> ConflictsFromJson(const nlohmann::json& value);

}  // namespace tarn::catalog

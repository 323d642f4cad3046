#pragma once

#include <string>
#include <string_view>

namespace tarn::query {

/// The databases that are not the catalog's: "information_schema" and "system". Case does not matter.
bool IsReservedDatabase(std::string_view database);

/// What such a database is called inside of the engine, which has databases of its own under these names. Of
/// the same length as the name, so that places in the statement stay where they are.
std::string EngineDatabase(std::string_view reserved);

/// Replaces the reserved databases by the engine's names wherever they stand before a dot, but not behind
/// one: `system.runs`, `"System" . runs.id`. Texts, comments and longer names stay.
std::string WithEngineDatabases(std::string_view sql);

}  // namespace tarn::query

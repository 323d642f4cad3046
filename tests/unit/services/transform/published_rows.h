#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {

/// The rows of a published table as readers see them, sorted: objects by column, with those that the keys
/// name as text (null for the null partition). CSV values are texts; NULL and '' are told apart.
nlohmann::json PublishedRows(object_store::ObjectStore& store, const std::string& table);

/// The rows of one object in their order, as objects by column.
nlohmann::json RowsOfObject(object_store::ObjectStore& store, const std::string& key);

/// The result of a query over the file of one object, which it names $file.
nlohmann::json QueryObject(object_store::ObjectStore& store, const std::string& key,
                           const std::string& query);

/// The keys below a prefix of the bucket "transformed" with the ids of runs as "*", sorted.
std::vector<std::string> PublishedKeys(object_store::ObjectStore& store, const std::string& prefix);

}  // namespace tarn::transform

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/evolution/schema_change.h"

namespace tarn::catalog {

/// What the database keeps of a version beside its numbers.
struct VersionDetails {
  std::vector<SchemaChange> changes{};      ///< of the schema, against the version before
  std::vector<SchemaConflict> conflicts{};  ///< all that the version has
  std::optional<int64_t> rollback_to{};     ///< the version that it repeats
};

/// The stored text; nothing for nothing.
std::optional<std::string> StoreDetails(const VersionDetails& details);
/// Reads it back. Errors: kInternal if it is not what StoreDetails wrote.
Result<VersionDetails> LoadDetails(const std::optional<std::string>& stored);

}  // namespace tarn::catalog

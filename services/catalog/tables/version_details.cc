#include "services/catalog/tables/version_details.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/evolution/change_json.h"

namespace tarn::catalog {

using nlohmann::json;

std::optional<std::string> StoreDetails(const VersionDetails& details) {
  json value = json::object();
  if (!details.changes.empty()) value["changes"] = ChangesToJson(details.changes);
  if (!details.conflicts.empty()) value["conflicts"] = ConflictsToJson(details.conflicts);
  if (details.rollback_to) value["rollback_to"] = *details.rollback_to;
  if (value.empty()) return std::nullopt;
  return tarn::json::Dump(value);
}

Result<VersionDetails> LoadDetails(const std::optional<std::string>& stored) {
  VersionDetails details;
  if (!stored) return details;
  const json value = json::parse(*stored, nullptr, false);
  if (!value.is_object()) return Error(Code::kInternal, "the catalog's record of a version is damaged");
  TARN_ASSIGN(details.changes, ChangesFromJson(value.value("changes", json::array())));
  TARN_ASSIGN(details.conflicts, ConflictsFromJson(value.value("conflicts", json::array())));
  if (value.contains("rollback_to") && value["rollback_to"].is_number_integer())
    details.rollback_to = value["rollback_to"].get<int64_t>();
  return details;
}

}  // namespace tarn::catalog

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/crawlers/crawler_definition.h"

namespace tarn::catalog {

/// The readers of the members of a definition: each takes the member's value. Errors: kInvalidArgument with
/// where() = the JSON pointer of what is wrong.
Result<std::vector<CrawlTarget>> ReadTargets(const nlohmann::json& array);
Result<Grouping> ReadGrouping(const nlohmann::json& value);
Result<PartitionRules> ReadPartitions(const nlohmann::json& value);
Result<SchemaPolicy> ReadSchemaChange(const nlohmann::json& value);
Result<CrawlLimits> ReadLimits(const nlohmann::json& value);
/// `time_zone` is the member of that name.
Result<schedule::Schedule> ReadSchedule(nlohmann::json value, const std::optional<std::string>& time_zone);

}  // namespace tarn::catalog

#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/result/result.h"
#include "services/catalog/tables/commit_report.h"

namespace tarn::catalog {

/// How the REST API shows what a commit did, or would do, to a table: {"database", "table", "outcome",
/// "version", "files_added", "files_removed", "schema_changes", "conflicts", "quarantined", "reason"}. Empty
/// lists and texts are left out.
nlohmann::json ReportToJson(const TableReport& report);

/// Reads it back; what is left out is empty. Errors: kInternal for what ReportToJson did not write.
Result<TableReport> ReportFromJson(const nlohmann::json& value);

}  // namespace tarn::catalog

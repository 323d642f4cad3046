#include "services/catalog/tables/report_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "services/catalog/evolution/change_json.h"
#include "services/catalog/tables/table_json.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

constexpr std::array kOutcomes = {TableOutcome::kCreated, TableOutcome::kChanged,   TableOutcome::kDeprecated,
                                  TableOutcome::kDeleted, TableOutcome::kUnchanged, TableOutcome::kRefused};

Error Damaged() { return Error(Code::kInternal, "the catalog's record of a commit is damaged"); }

// Reports from before there were outcomes are of tables that changed.
TableOutcome OutcomeFrom(const std::string& name) {
  for (const TableOutcome outcome : kOutcomes) {
    if (name == OutcomeName(outcome)) return outcome;
  }
  return TableOutcome::kChanged;
}

FailedFile FailedFileFrom(const json& value) {
  const auto failed_at = ParseRfc3339(value.at("failed_at").get<std::string>());
  return {
      value.at("bucket"), value.at("key"),   value.at("version"),  value.at("code"),
      value.at("detail"), value.at("where"), value.at("crawl_id"), failed_at.ok() ? *failed_at : Timestamp()};
}

}  // namespace

json ReportToJson(const TableReport& report) {
  json value = {{"database", report.name.database},
                {"table", report.name.table},
                {"outcome", OutcomeName(report.outcome)},
                {"version", report.version},
                {"files_added", report.files_added},
                {"files_removed", report.files_removed},
                {"partitions_added", report.partitions_added},
                {"partitions_removed", report.partitions_removed}};
  if (!report.schema_changes.empty()) value["schema_changes"] = ChangesToJson(report.schema_changes);
  if (!report.conflicts.empty()) value["conflicts"] = ConflictsToJson(report.conflicts);
  for (const FailedFile& file : report.quarantined) value["quarantined"].push_back(FailedFileToJson(file));
  if (!report.reason.empty()) value["reason"] = report.reason;
  return value;
}

Result<TableReport> ReportFromJson(const json& value) try {
  TableReport report;
  report.name = {value.at("database"), value.at("table")};
  report.outcome = OutcomeFrom(value.value("outcome", "changed"));
  report.version = value.at("version");
  report.files_added = value.at("files_added");
  report.files_removed = value.at("files_removed");
  report.partitions_added = value.value("partitions_added", int64_t{0});
  report.partitions_removed = value.value("partitions_removed", int64_t{0});
  TARN_ASSIGN(report.schema_changes, ChangesFromJson(value.value("schema_changes", json::array())));
  TARN_ASSIGN(report.conflicts, ConflictsFromJson(value.value("conflicts", json::array())));
  if (value.contains("quarantined")) {
    for (const json& file : value["quarantined"]) report.quarantined.push_back(FailedFileFrom(file));
  }
  report.reason = value.value("reason", "");
  return report;
} catch (const json::exception&) {
  return Damaged();
}

}  // namespace tarn::catalog

#include "services/catalog/tables/table_commit.h"

#include <algorithm>
#include <unordered_map>

#include "services/catalog/evolution/change_words.h"
#include "services/catalog/evolution/schema_diff.h"
#include "services/catalog/overlay/apply_edits.h"
#include "services/catalog/tables/layout_json.h"
#include "services/catalog/tables/layout_reader.h"
#include "services/catalog/tables/new_table_check.h"
#include "services/catalog/tables/version_writer.h"

namespace tarn::catalog {
namespace {

std::string DottedName(const TableName& name) { return name.database + "." + name.table; }

FailedFile Quarantined(const DataFile& file, const Misfit& misfit, const CommitContext& context) {
  return {file.bucket,
          file.key,
          file.version,
          CodeName(Code::kConflict),
          "the column \"" + misfit.column + "\" is " + misfit.file_type + " in this file and " +
              misfit.table_type + " in the table",
          "",
          context.crawl_id,
          context.time};
}

Error DoesNotFit(const TableName& name, const SchemaConflict& conflict) {
  return Error(Code::kConflict, "files do not fit the table " + DottedName(name) +
                                    ", whose policy is fail: column \"" + conflict.column + "\" is " +
                                    conflict.type + ", but " + InWords(conflict.sides));
}

}  // namespace

Result<TableReport> TableCommit::Apply(const TableChange& change) {
  report_.name = change.name;
  TARN_TRY(Open(change));
  if (report_.outcome == TableOutcome::kRefused) return report_;
  TARN_TRY(TakeOut(change));
  TARN_TRY(TakeIn(change));
  report_.files_added = table_.files_added;
  report_.files_removed = table_.files_removed;
  for (const auto& [partition, change] : table_.partitions) {
    report_.partitions_added += change > 0 ? 1 : 0;
    report_.partitions_removed += change < 0 ? 1 : 0;
  }
  if (table_.files_changed()) TARN_TRY(WriteVersion(change));
  report_.version = table_.version;
  return report_;
}

Status TableCommit::Open(const TableChange& change) {
  TARN_ASSIGN(table_, LoadTable(database_, change.name));
  if (table_.id == 0 && !change.added.empty()) {
    TARN_ASSIGN(report_.reason, WhyNoNewTable(database_, change.name, context_));
    if (!report_.reason.empty()) report_.outcome = TableOutcome::kRefused;
  }
  if (table_.id == 0 || table_.crawler == change.crawler) return Ok();
  report_.outcome = TableOutcome::kRefused;
  report_.version = table_.version;
  report_.reason = "the table " + DottedName(change.name) + " belongs to the crawler " + table_.crawler +
                   "; give this crawler another table_prefix or database";
  return Ok();
}

Status TableCommit::TakeOut(const TableChange& change) {
  for (const TableChange::Object& object : change.removed) {
    TARN_TRY(objects_.ForgetFailure(change.crawler, object.bucket, object.key));
    TARN_TRY(objects_.Release(table_.id, object.bucket, object.key));
    TARN_TRY(files_.Remove(object.bucket, object.key));
  }
  for (const FailedFile& failure : change.failed) {
    TARN_TRY(objects_.RecordFailure(change, failure));
    // The content that the table had under this key is gone: the object is another one now.
    TARN_TRY(files_.Remove(failure.bucket, failure.key));
  }
  return Ok();
}

Status TableCommit::TakeIn(const TableChange& change) {
  TARN_ASSIGN(Files added, WithoutKnown(change));
  if (change.policy.incompatible == IncompatiblePolicy::kQuarantineFile) {
    TARN_ASSIGN(added, WithoutMisfits(change, added));
  }
  if (added.empty()) return Ok();
  if (table_.id == 0) {
    TARN_TRY(CreateTable(database_, change, context_));
    TARN_ASSIGN(table_, LoadTable(database_, change.name));
  }
  for (const DataFile* file : added) TARN_TRY(files_.Add(*file));
  return Ok();
}

// Reading a file again that is as it was makes no new version. Of the others, what was known before is taken
// back.
Result<TableCommit::Files> TableCommit::WithoutKnown(const TableChange& change) {
  Files unknown;
  for (const DataFile& file : change.added) {
    TARN_ASSIGN(const auto live, files_.LiveAs(file));
    if (live == FileLedger::Live::kSame) continue;
    TARN_TRY(objects_.ForgetFailure(change.crawler, file.bucket, file.key));
    TARN_TRY(objects_.Release(table_.id, file.bucket, file.key));
    if (live == FileLedger::Live::kOther) TARN_TRY(files_.Remove(file.bucket, file.key));
    unknown.push_back(&file);
  }
  return unknown;
}

// Each file is measured against the table's files and those before it.
Result<TableCommit::Files> TableCommit::WithoutMisfits(const TableChange& change, const Files& added) {
  TARN_ASSIGN(auto layouts, ReadLiveLayouts(database_, table_.id));
  std::unordered_map<std::string, std::optional<Misfit>> misfits;
  Files fitting;
  for (const DataFile* file : added) {
    const auto [known, is_new] = misfits.try_emplace(StoreLayout(*file->layout));
    if (is_new) {
      layouts.push_back({0, file->layout, 1});
      const SchemaMerge with =
          MergeSchemas(layouts, table_.columns, table_.next_column_id, change.policy.incompatible);
      known->second = FindMisfit(with.columns, *file->layout);
      if (known->second) layouts.pop_back();
    }
    if (!known->second) {
      fitting.push_back(file);
      continue;
    }
    report_.quarantined.push_back(Quarantined(*file, *known->second, context_));
    TARN_TRY(objects_.RecordFailure(change, report_.quarantined.back()));
  }
  return fitting;
}

Status TableCommit::WriteVersion(const TableChange& change) {
  const bool created = table_.version == 0;
  if (!change.location.empty()) table_.location = change.location;
  TARN_ASSIGN(const auto layouts, ReadLiveLayouts(database_, table_.id));
  NewVersion version;
  // A table whose files are all gone keeps its last schema: statements over it find columns and no rows.
  version.columns = table_.columns;
  if (!layouts.empty()) {
    SchemaMerge merge =
        MergeSchemas(layouts, table_.columns, table_.next_column_id, change.policy.incompatible);
    TARN_ASSIGN(version.conflicts, Explained(merge, layouts));
    if (!version.conflicts.empty() && change.policy.incompatible == IncompatiblePolicy::kFail)
      return DoesNotFit(change.name, version.conflicts[0]);
    version.columns = ApplyEdits(std::move(merge.columns), table_.edits);
    table_.next_column_id = merge.next_column_id;
  }
  if (!created) {
    version.changes = DiffSchemas(table_.columns, version.columns);
    TARN_TRY(Explain(database_, version.columns, layouts, table_.version + 1, &version.changes));
  }
  report_.outcome = created ? TableOutcome::kCreated : TableOutcome::kChanged;
  report_.schema_changes = version.changes;
  report_.conflicts = version.conflicts;
  TARN_TRY(FollowDeletion(change));
  if (report_.outcome == TableOutcome::kDeleted) return Ok();
  return catalog::WriteVersion(database_, table_, std::move(version), context_, keep_versions_);
}

Result<std::vector<SchemaConflict>> TableCommit::Explained(const SchemaMerge& merge,
                                                           const std::vector<LayoutUse>& layouts) {
  std::vector<SchemaConflict> conflicts;
  for (const size_t place : merge.conflicts) {
    const Column& column = merge.columns[place];
    SchemaConflict conflict{column.name, column.type, {}, ""};
    TARN_ASSIGN(conflict.sides, ReadSides(database_, column, layouts, table_.version + 1));
    std::stable_partition(conflict.sides.begin(), conflict.sides.end(),
                          [&](const TypeSide& side) { return Fits(column, side.type); });
    conflict.words = InWords(conflict);
    conflicts.push_back(std::move(conflict));
  }
  return conflicts;
}

Status TableCommit::FollowDeletion(const TableChange& change) {
  if (table_.files > 0) return Ok();
  if (change.policy.deleted == DeletedPolicy::kDeprecate) {
    report_.outcome = TableOutcome::kDeprecated;
    if (!table_.deprecated_at_ms) table_.deprecated_at_ms = ToUnixMillis(context_.time);
  }
  if (change.policy.deleted != DeletedPolicy::kDelete) return Ok();
  report_.outcome = TableOutcome::kDeleted;
  TARN_TRY(DeleteTable(database_, table_));
  table_.version = 0;
  return Ok();
}

}  // namespace tarn::catalog

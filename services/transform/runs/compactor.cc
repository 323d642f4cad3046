#include "services/transform/runs/compactor.h"

#include <map>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "services/transform/runs/compaction_plan.h"
#include "services/transform/runs/file_merge.h"
#include "services/transform/runs/manifest.h"
#include "services/transform/runs/output_format.h"
#include "services/transform/runs/staged_files.h"

namespace tarn::transform {
namespace {

using object_store::Change;

bool HasSmallFiles(const Output& output) {
  if (!output.compact) return false;
  if (output.mode == Mode::kAppend) return true;
  return output.mode != Mode::kMerge && !output.partition_by.empty();
}

Output AppendedTable(const std::string& database, const std::string& table) {
  Output output;
  output.database = database;
  output.table = table;
  output.compact = Compaction();
  return output;
}

// The outputs that runs add files to, and the tables that come with their quality rules.
std::vector<Output> TablesOf(const Definition& definition) {
  std::vector<Output> tables;
  bool judged = false;
  for (const Output& output : definition.outputs) {
    if (HasSmallFiles(output)) tables.push_back(output);
    judged = judged || !output.quality.empty();
    if (const std::string name = output.QuarantineName(); !name.empty())
      tables.push_back(AppendedTable(output.database, name));
  }
  if (judged) tables.push_back(AppendedTable(kOwnDatabase, "quality_results"));
  return tables;
}

}  // namespace

Result<bool> Compactor::CompactOne(const Definition& definition, std::stop_token cancelled) {
  for (const Output& output : TablesOf(definition)) {
    auto compacted = CompactTable(definition, output, cancelled);
    if (compacted.ok() && *compacted) return true;
    if (compacted.ok()) continue;
    const Error& error = compacted.error();
    if (error.code() == Code::kCancelled) return error;
    log::Failure("a table cannot be compacted", {{"table", output.TableName()}, {"error", error}});
  }
  return false;
}

Result<bool> Compactor::CompactTable(const Definition& definition, const Output& output,
                                     std::stop_token cancelled) {
  TARN_ASSIGN(auto files, ListTableFiles(store_, kPublishBucket, output.Prefix(), kPartFile));
  std::map<std::string, std::vector<TableFile>> partitions;
  const std::string suffix = FileSuffix(output);
  for (TableFile& file : files) {
    if (file.object.key.ends_with(suffix)) partitions[file.partition].push_back(std::move(file));
  }
  for (auto& [partition, of_partition] : partitions) {
    TARN_ASSIGN(auto picked, WithoutOpen(PickFiles(std::move(of_partition), *output.compact)));
    if (picked.size() < 2) continue;
    TARN_ASSIGN(const bool merged, Merge(definition, output, std::move(picked), cancelled));
    if (merged) return true;
  }
  return false;
}

Result<std::vector<TableFile>> Compactor::WithoutOpen(std::vector<TableFile> files) {
  if (!options_.is_open) return files;
  std::vector<TableFile> closed;
  for (TableFile& file : files) {
    TARN_ASSIGN(const bool open, options_.is_open(file.id));
    if (!open) closed.push_back(std::move(file));
  }
  return closed;
}

Result<bool> Compactor::Merge(const Definition& definition, const Output& output,
                              std::vector<TableFile> files, std::stop_token cancelled) {
  std::vector<object_store::ObjectVersion> versions;
  for (const TableFile& file : files)
    versions.push_back({file.object.bucket, file.object.key, file.object.version});
  auto pin = store_.PinFiles(versions);
  // Somebody else changes the table at the same time: it will be looked at again.
  if (!pin.ok() && pin.error().code() == Code::kNotFound) return false;
  if (!pin.ok()) return std::move(pin).error();
  TARN_ASSIGN(const auto scratch, store_.ScratchDirectory());
  EngineLimits limits = options_.engine;
  limits.keep_order = true;  // readers may rely on the order in which rows came
  TARN_ASSIGN(const auto workspace, SqlWorkspace::Open(limits, *scratch, {(*pin)->directory()}));

  // A model's columns change with time, and each file keeps those it was written with.
  std::map<std::string, std::vector<size_t>> by_columns;
  for (size_t i = 0; i < files.size(); ++i) {
    TARN_ASSIGN(const std::string columns,
                ColumnsOfFile(workspace->connection(), output.format, (*pin)->files()[i]));
    by_columns[columns].push_back(i);
  }
  const std::vector<size_t>* most = nullptr;
  for (const auto& [columns, alike] : by_columns) {
    if (most == nullptr || alike.size() > most->size()) most = &alike;
  }
  if (most->size() < 2) return false;
  std::vector<TableFile> merged;
  std::vector<std::filesystem::path> paths;
  for (const size_t i : *most) {
    merged.push_back(std::move(files[i]));
    paths.push_back(std::filesystem::absolute((*pin)->files()[i]));
  }
  const auto file = *scratch / ("merged" + FileSuffix(output));
  TARN_TRY(MergeFiles(workspace->connection(), output, paths, file, cancelled));
  const Status committed = Commit(definition, output, merged, file);
  if (!committed.ok() && committed.error().code() == Code::kPreconditionFailed) return false;
  TARN_TRY(committed);
  return true;
}

Status Compactor::Commit(const Definition& definition, const Output& output,
                         const std::vector<TableFile>& files, const std::filesystem::path& merged) {
  CompactionRecord record;
  record.transform = definition.name;
  record.table = output.TableName();
  record.bucket = kPublishBucket;
  record.key =
      output.Prefix() + files.front().partition + TableFileName(kPartFile, NewUlid(), 0, FileSuffix(output));
  std::vector<Change> changes;
  uint64_t before_bytes = 0;
  for (const TableFile& file : files) {
    record.from.push_back({file.object.bucket, file.object.key, file.object.version});
    before_bytes += file.object.size_bytes;
    Change removal{file.object.bucket, file.object.key, nullptr, {}};
    removal.options.if_match_version = file.object.version;
    changes.push_back(std::move(removal));
  }
  TARN_ASSIGN(auto content, StageOutput(store_, merged));
  const uint64_t after_bytes = content->size_bytes();
  object_store::PutOptions put;
  put.content_type = ContentType(output);
  changes.push_back({record.bucket, record.key, std::move(content), std::move(put)});
  record.size_bytes = after_bytes;
  if (options_.record) TARN_TRY(options_.record(record));
  TARN_ASSIGN(const auto committed, store_.Commit(std::move(changes), {}));
  record.version = committed.objects.at(0).version;
  if (const Status recorded = options_.record ? options_.record(record) : Ok(); !recorded.ok())
    log::Failure("the version of a compacted file is not recorded",
                 {{"key", record.key}, {"error", recorded.error()}});
  const metrics::Labels labels = {{"table", record.table}};
  metrics_.GetCounter("tarn_transform_compactions_total", "Compactions of small files, by table", labels)
      .Add();
  metrics_.GetCounter("tarn_transform_compacted_files_total", "Files that compactions made one of", labels)
      .Add(static_cast<double>(files.size()));
  metrics_
      .GetCounter("tarn_transform_compacted_bytes_total", "Bytes of the files that compactions wrote", labels)
      .Add(static_cast<double>(after_bytes));
  log::Info("files compacted", {{"table", record.table},
                                {"files", files.size()},
                                {"before_bytes", before_bytes},
                                {"after_bytes", after_bytes},
                                {"key", record.key}});
  return Ok();
}

}  // namespace tarn::transform

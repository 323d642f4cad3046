#include "services/transform/runs/earlier_table.h"

#include "services/transform/runs/manifest.h"
#include "services/transform/runs/output_format.h"
#include "services/transform/runs/output_writer.h"
#include "services/transform/runs/partitions.h"
#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

using object_store::ObjectInfo;

std::string Layout(Format format, const std::vector<std::string>& partition_by) {
  return std::string(FormatName(format)) +
         (partition_by.empty() ? "" : " partitioned by " + Joined(partition_by));
}

void AddObjects(std::vector<ObjectInfo>& objects, std::vector<TableFile> files) {
  for (TableFile& file : files) objects.push_back(std::move(file.object));
}

// Hard links, which outlive the pin: SQL reaches the directory of a run's own files anyway.
Result<std::vector<std::filesystem::path>> LinkInto(object_store::ObjectStore& store,
                                                    const std::vector<TableFile>& files,
                                                    const std::filesystem::path& directory) {
  std::vector<object_store::ObjectVersion> versions;
  for (const TableFile& file : files)
    versions.push_back({file.object.bucket, file.object.key, file.object.version});
  auto pin = store.PinFiles(versions);
  if (!pin.ok() && pin.error().code() == Code::kNotFound)
    return Error(Code::kUnavailable, "the table is changed while the run builds on it");
  if (!pin.ok()) return std::move(pin).error();
  std::error_code failed;
  std::filesystem::create_directory(directory, failed);
  std::vector<std::filesystem::path> links;
  for (size_t i = 0; i < files.size() && !failed; ++i) {
    links.push_back(directory / (std::to_string(i) + ".parquet"));
    std::filesystem::create_hard_link((*pin)->files()[i], links.back(), failed);
  }
  if (failed) return Error(Code::kInternal, "the state of a table cannot be linked");
  return links;
}

}  // namespace

Result<std::unique_ptr<EarlierTable>> EarlierTable::Find(object_store::ObjectStore& store,
                                                         const std::string& state_prefix,
                                                         const Output& output) {
  auto table = std::unique_ptr<EarlierTable>(new EarlierTable(store, state_prefix, output));
  TARN_ASSIGN(const auto rows, table->Rows(1));
  TARN_ASSIGN(const auto states, table->States(1));
  table->has_rows_ = !rows.empty();
  table->has_state_ = !states.empty();
  const auto& by = output.partition_by;
  const bool same = rows.empty() || (FormatOfFile(rows[0].object.key) == output.format &&
                                     ColumnsOfPath(rows[0].partition) == by);
  if (output.mode == Mode::kMerge) {
    if (!rows.empty() && states.empty()) return table->StateGone(rows[0].object.key);
    const auto state_by = MergesByPartition(output) ? by : std::vector<std::string>();
    const bool same_state = states.empty() || ColumnsOfPath(states[0].partition) == state_by;
    table->whole_ = !MergesByPartition(output) || !same || !same_state || rows.empty();
  } else if (output.mode == Mode::kReplace) {
    table->whole_ = true;
  } else if (!same) {
    TARN_TRY(table->CheckLayout(rows[0]));
  }
  return table;
}

// Rows of both layouts would be one table of files that do not fit together.
Status EarlierTable::CheckLayout(const TableFile& row) {
  const std::string there = Layout(FormatOfFile(row.object.key), ColumnsOfPath(row.partition));
  return Error(Code::kUnprocessable,
               "the files of " + output_.TableName() + " are " + there + ", and the transform now writes " +
                   Layout(output_.format, output_.partition_by) +
                   "; delete them to start the table afresh, publish it once with mode: replace, or name "
                   "another table")
      .At(std::string(kPublishBucket) + "/" + row.object.key);
}

Error EarlierTable::StateGone(const std::string& key) const {
  return Error(Code::kUnprocessable, "the state of " + output_.TableName() +
                                         " is gone, or its rows were not published by a merge of this "
                                         "transform, so new rows cannot be merged; delete its files, " +
                                         key + " and others, to start the table afresh")
      .At(std::string(kPublishBucket) + "/" + key);
}

Result<std::vector<TableFile>> EarlierTable::Rows(size_t limit) {
  return ListTableFiles(store_, kPublishBucket, output_.Prefix(), kPartFile, limit);
}

Result<std::vector<TableFile>> EarlierTable::States(size_t limit) {
  return ListTableFiles(store_, kPublishBucket, state_prefix_, kStateFile, limit);
}

Result<std::vector<std::filesystem::path>> EarlierTable::State(
    const std::optional<std::set<std::string>>& partitions, const std::filesystem::path& directory) {
  // Whoever deletes a table's files wants its rows gone: the table starts afresh.
  if (!has_rows_) return std::vector<std::filesystem::path>();
  std::vector<TableFile> states;
  if (whole_ || !partitions) {
    TARN_ASSIGN(states, StatesOfWhole());
  } else {
    TARN_ASSIGN(states, StatesOf(*partitions));
  }
  if (states.empty()) return std::vector<std::filesystem::path>();
  return LinkInto(store_, states, directory);
}

Result<std::vector<TableFile>> EarlierTable::StatesOfWhole() {
  TARN_ASSIGN(auto states, States());
  TARN_ASSIGN(const auto rows, Rows());
  std::set<std::string> with_rows;
  for (const TableFile& file : rows) with_rows.insert(file.partition);
  std::erase_if(states, [&](const TableFile& state) {
    return !state.partition.empty() && !with_rows.contains(state.partition);
  });
  return states;
}

Result<std::vector<TableFile>> EarlierTable::StatesOf(const std::set<std::string>& partitions) {
  std::vector<TableFile> found;
  for (const std::string& partition : partitions) {
    TARN_ASSIGN(auto rows, ListPartition(store_, kPublishBucket, output_.Prefix(), partition, kPartFile));
    TARN_ASSIGN(auto states, ListPartition(store_, kPublishBucket, state_prefix_, partition, kStateFile));
    if (!rows.empty() && states.empty()) return StateGone(rows[0].object.key);
    if (!rows.empty()) found.insert(found.end(), states.begin(), states.end());
    AddObjects(rewritten_, std::move(rows));
    AddObjects(rewritten_, std::move(states));
  }
  return found;
}

bool EarlierTable::MayStay() const { return output_.mode == Mode::kMerge && has_rows_ && has_state_; }

Result<std::vector<ObjectInfo>> EarlierTable::Replaced(const WrittenOutput& written) {
  std::vector<ObjectInfo> replaced;
  if (written.stays) return replaced;
  if (output_.mode == Mode::kMerge && !whole_) return rewritten_;
  if (has_state_) {
    TARN_ASSIGN(auto states, States());
    AddObjects(replaced, std::move(states));
  }
  if (whole_) {
    TARN_ASSIGN(auto rows, Rows());
    AddObjects(replaced, std::move(rows));
  } else if (output_.mode == Mode::kReplacePartitions) {
    std::set<std::string> partitions;
    for (const WrittenFile& file : written.published) partitions.insert(file.partition);
    for (const std::string& partition : partitions) {
      TARN_ASSIGN(auto rows, ListPartition(store_, kPublishBucket, output_.Prefix(), partition, kPartFile));
      AddObjects(replaced, std::move(rows));
    }
  }
  return replaced;
}

}  // namespace tarn::transform

#include "services/transform/runs/partition_writer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "services/transform/runs/output_format.h"
#include "services/transform/runs/partitions.h"
#include "services/transform/runs/sql_pieces.h"
#include "services/transform/runs/staged_files.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteLiteral;

constexpr std::chrono::milliseconds kLook(200);

// Watches what a statement writes, and stops it if it makes more directories than it may: the engine itself
// knows no bound.
class DirectoryLimit {
 public:
  /// `depth`: how many folders deep the partitions are.
  DirectoryLimit(std::filesystem::path directory, size_t depth, const std::stop_token& cancelled)
      : directory_(std::move(directory)),
        depth_(static_cast<int>(depth)),
        forward_(cancelled, [this] { source_.request_stop(); }),
        watcher_([this](const std::stop_token& done) { Watch(done); }) {}

  std::stop_token token() const { return source_.get_token(); }
  bool exceeded() const { return exceeded_; }

 private:
  void Watch(const std::stop_token& done) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, done, kLook, [&] { return done.stop_requested(); })) {
      if (done.stop_requested()) return;
      if (LookThrough() <= kMaxPartitions) continue;
      exceeded_ = true;
      source_.request_stop();
      return;
    }
  }

  // Counts folders of the last column; an outer one has at least one of them. What the files have goes on its
  // way to the disk meanwhile, so that the sync at the end need not wait for all of it.
  size_t LookThrough() const {
    size_t partitions = 0;
    std::error_code failed;
    for (std::filesystem::recursive_directory_iterator at(directory_, failed), end; !failed && at != end;
         at.increment(failed)) {
      if (at.depth() == depth_) BeginWriteback(at->path());
      if (at.depth() + 1 == depth_ && ++partitions > kMaxPartitions) break;
    }
    return partitions;
  }

  const std::filesystem::path directory_;
  const int depth_;
  std::stop_source source_;
  std::stop_callback<std::function<void()>> forward_;
  std::atomic<bool> exceeded_{false};
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread watcher_;  // last: it uses the others
};

std::string Aliases(const std::vector<duckdb::Column>& columns) {
  std::vector<std::string> terms;
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto& [name, type] = columns[i];
    const std::string value =
        IsItsOwnPartitionValue(type) ? duckdb::QuoteIdentifier(name) : PartitionValue(name);
    terms.push_back(value + " AS " + PartitionAlias(i));
  }
  return Joined(terms);
}

std::string OrderBy(const std::vector<OrderColumn>& order) {
  return order.empty() ? "" : " ORDER BY " + OrderTerms(order);
}

std::string FilesOf(const PartitionFiles& partition) {
  std::vector<std::string> names;
  for (const auto& file : partition.files) names.push_back(file.string());
  return "read_parquet(" + duckdb::QuoteLiteralList(names) + ", hive_partitioning = false)";
}

void AddUnlessThere(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

Result<int64_t> PartitionWriter::Copy(const std::string& query, const std::filesystem::path& to,
                                      const std::string& options, std::stop_token cancelled) {
  TARN_ASSIGN(const auto result,
              connection_.Execute("COPY (" + query + ") TO " + QuoteLiteral(to.string()) + " " + options, {},
                                  std::move(cancelled)));
  int64_t rows = result->rows_changed();
  while (true) {
    TARN_ASSIGN(const auto chunk, result->Next());
    if (!chunk) return rows;
    if (chunk->rows() > 0 && rows == 0) rows = std::stoll(chunk->Text(0, 0));
  }
}

Result<int64_t> PartitionWriter::CopyPartitioned(const std::string& columns, const Source& source,
                                                 const std::filesystem::path& to,
                                                 const std::string& options) {
  DirectoryLimit limit(to, output_.partition_by.size(), cancelled_);
  auto rows = Copy("SELECT " + columns + ", " + Aliases(source.partition_by) + " FROM " + source.rows, to,
                   options, limit.token());
  if (rows.ok()) return rows;
  if (limit.exceeded()) return TooManyPartitions(output_.partition_by);
  if (rows.error().message().find("File name too long") == std::string::npos) return rows;
  return Error(Code::kUnprocessable,
               "a value of a column that the table is partitioned by is too long for the name of a folder, "
               "which has 255 bytes with the column's name; shorten it in the model: " +
                   Joined(output_.partition_by));
}

Result<WrittenOutput> PartitionWriter::Write(const Source& source) {
  if (output_.partition_by.empty()) return WriteWhole(source);
  TARN_TRY(CheckPartitionColumns(output_.partition_by));
  if (source.columns.empty()) {
    return Error(Code::kUnprocessable,
                 "the table is partitioned by all of its columns, so its files would have none; leave out "
                 "one of partition_by: " +
                     Joined(output_.partition_by));
  }
  const bool straight =
      source.order.empty() && source.state_columns.empty() && output_.format != Format::kNdjson;
  return straight ? WriteStraight(source) : WriteInTwoSteps(source);
}

Result<WrittenOutput> PartitionWriter::WriteWhole(const Source& source) {
  const auto file = directory_ / ("part" + FileSuffix(output_));
  WrittenOutput written;
  TARN_ASSIGN(written.rows,
              Copy("SELECT " + QuotedList(source.columns) + " FROM " + source.rows + OrderBy(source.order),
                   file, CopyOptions(output_), cancelled_));
  written.published.push_back({"", file});
  if (!source.state_columns.empty()) TARN_TRY(WriteState(source, written));
  return written;
}

Status PartitionWriter::WriteState(const Source& source, WrittenOutput& written) {
  const auto file = directory_ / "state.parquet";
  TARN_ASSIGN(const int64_t rows, Copy("SELECT " + QuotedList(source.state_columns) + " FROM " + source.rows +
                                           OrderBy(source.order),
                                       file, PrivateCopyOptions(), cancelled_));
  (void)rows;
  written.state.push_back({"", file});
  return Ok();
}

// The engine parts the rows as they come, without an order, and in formats that it can part.
Result<WrittenOutput> PartitionWriter::WriteStraight(const Source& source) {
  const auto to = directory_ / "parts";
  const std::string by = PartitionByOption(output_.partition_by.size()) + ", FILE_EXTENSION " +
                         QuoteLiteral(FileSuffix(output_).substr(1));
  WrittenOutput written;
  TARN_ASSIGN(written.rows,
              CopyPartitioned(QuotedList(source.columns), source, to, CopyOptions(output_, by)));
  TARN_ASSIGN(const auto partitions, WrittenPartitions(to, output_.partition_by));
  for (const PartitionFiles& partition : partitions) {
    for (const auto& file : partition.files) written.published.push_back({partition.path, file});
  }
  return written;
}

// First into one folder per partition, then each by itself, sorted and in its format.
Result<WrittenOutput> PartitionWriter::WriteInTwoSteps(const Source& source) {
  std::vector<std::string> columns = source.columns;
  for (const std::string& name : source.state_columns) AddUnlessThere(columns, name);
  for (const OrderColumn& order : source.order) AddUnlessThere(columns, order.column);
  const auto split = directory_ / "split";
  WrittenOutput written;
  TARN_ASSIGN(written.rows, CopyPartitioned(QuotedList(columns), source, split,
                                            "(FORMAT parquet, COMPRESSION snappy" +
                                                PartitionByOption(output_.partition_by.size()) + ")"));
  TARN_ASSIGN(const auto partitions, WrittenPartitions(split, output_.partition_by));
  for (size_t i = 0; i < partitions.size(); ++i) {
    const std::string from = " FROM " + FilesOf(partitions[i]) + OrderBy(source.order);
    const auto file = directory_ / ("part-" + std::to_string(i) + FileSuffix(output_));
    TARN_TRY(Copy("SELECT " + QuotedList(source.columns) + from, file, CopyOptions(output_), cancelled_));
    written.published.push_back({partitions[i].path, file});
    if (!source.state_columns.empty()) {
      const auto state = directory_ / ("state-" + std::to_string(i) + ".parquet");
      TARN_TRY(
          Copy("SELECT " + QuotedList(source.state_columns) + from, state, PrivateCopyOptions(), cancelled_));
      written.state.push_back({partitions[i].path, state});
    }
    // The disk need not hold all of it twice.
    std::error_code ignored;
    for (const auto& used : partitions[i].files) std::filesystem::remove(used, ignored);
  }
  return written;
}

}  // namespace tarn::transform

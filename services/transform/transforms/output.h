#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/transform/quality/dqdl/ruleset.h"
#include "services/transform/transforms/input.h"

namespace tarn::transform {

/// What a run does with the rows that its table already has.
enum class Mode {
  kAppend,             ///< keeps them and adds the run's
  kReplace,            ///< drops them
  kReplacePartitions,  ///< drops those of the partitions that the run has rows for
  kMerge,              ///< keeps, of old and new rows, the first per key in the order of `order_by`
};
const char* ModeName(Mode mode);

struct OrderColumn {
  std::string column;
  bool descending = false;
};

/// What becomes of a run, or of rows, that do not keep a rule.
enum class Severity {
  kFail,        ///< the run fails and publishes nothing
  kQuarantine,  ///< rows that break it are published in a table of their own instead
  kWarn,        ///< it is recorded, and that is all
};
const char* SeverityName(Severity severity);
/// "fail" and so on; the name must be one of them.
Severity ParseSeverity(std::string_view name);

/// Which rows of an output rules are about.
enum class RuleScope {
  kPublished,  ///< those that readers will see: after a merge all of the table's
  kNew,        ///< those that the run computed
};

/// Rules for the rows of one output.
struct QualityRules {
  Severity severity = Severity::kFail;
  RuleScope scope = RuleScope::kPublished;
  std::string text;  ///< DQDL
  dqdl::Ruleset ruleset;
};

/// When the small files of a table become bigger ones.
struct Compaction {
  int64_t target_bytes = 128'000'000;
  int64_t min_files = 8;  ///< of one partition
};

/// The bucket that transforms publish into.
inline constexpr const char* kPublishBucket = "transformed";

/// The database that is Tarn's own: no output may be in it.
inline constexpr const char* kOwnDatabase = "tarn";

/// One table that a transform publishes as `transformed/<database>/<table>/part-<run id>.<format>`, with
/// `<column>=<value>/` before the file's name for each column of `partition_by`.
struct Output {
  std::string database;
  std::string table;
  std::string model;
  Format format = Format::kParquet;
  Mode mode = Mode::kAppend;
  std::vector<std::string> key;       ///< merge: what identifies a row
  std::vector<OrderColumn> order_by;  ///< merge: the first row per key stays; NULL sorts last
  std::vector<std::string> columns;   ///< what readers see, in this order; empty: all of the model
  std::vector<std::string> partition_by;
  std::vector<OrderColumn> sort_by;  ///< of the rows within a file; NULL sorts last
  int64_t row_group_size = 122'880;  ///< Parquet: rows
  Compression compression = Compression::kZstd;
  std::optional<Compaction> compact;  ///< none: the files stay as they are
  std::vector<QualityRules> quality;

  std::string TableName() const { return database + "." + table; }
  std::string Prefix() const { return database + "/" + table + "/"; }
  /// The table of the rows that are set aside; empty if there can be none.
  std::string QuarantineName() const;
};

}  // namespace tarn::transform

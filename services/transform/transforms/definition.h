#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/transform/quality/dqdl/ruleset.h"
#include "services/transform/transforms/template.h"

namespace tarn::transform {

/// How the content of an object is read or written.
enum class Format { kJson, kNdjson, kCsv, kParquet };
const char* FormatName(Format format);

/// What a run does with the rows that its table already has.
enum class Mode {
  kAppend,   ///< keeps them and adds the run's
  kReplace,  ///< drops them
  kMerge,    ///< keeps, of old and new rows, the first per key in the order of `order_by`
};
const char* ModeName(Mode mode);

/// Which objects a transform takes.
struct Input {
  std::string bucket;
  std::string prefix;
  std::string suffix;
  std::vector<std::string> exclude_suffixes;
  Format format = Format::kJson;

  bool Matches(std::string_view object_bucket, std::string_view key) const;
};

/// One SELECT, with the template's marks still in it.
struct Model {
  std::string name;
  std::string file;  ///< "models/songs.sql", for messages
  Template sql;
};

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

/// The database that is Tarn's own: no output may be in it.
inline constexpr const char* kOwnDatabase = "tarn";

/// One table that a transform publishes as `transformed/<database>/<table>/part-<run id>.<format>`.
struct Output {
  std::string database;
  std::string table;
  std::string model;
  Format format = Format::kParquet;
  Mode mode = Mode::kAppend;
  std::vector<std::string> key;       ///< merge: what identifies a row
  std::vector<OrderColumn> order_by;  ///< merge: the first row per key stays; NULL sorts last
  std::vector<std::string> columns;   ///< what readers see, in this order; empty: all of the model
  std::vector<QualityRules> quality;

  std::string TableName() const { return database + "." + table; }
  std::string Prefix() const { return database + "/" + table + "/"; }
  /// The table of the rows that are set aside; empty if there can be none.
  std::string QuarantineName() const;
};

/// The count of rows that a run set aside, which no transform may define.
inline constexpr const char* kRowsQuarantined = "rows_quarantined";

/// A number that each run reports: a SELECT of one row and one column.
struct Count {
  std::string name;
  Template sql;
};

/// How many objects one run takes and how long it waits for more.
struct Batch {
  int64_t max_objects = 200;
  std::chrono::milliseconds max_wait{0};
};

/// What a transform.yaml and its models/*.sql say.
struct Definition {
  std::string name;
  std::string description;
  Input input;
  std::vector<Model> models;  ///< each after those it refers to
  std::vector<Output> outputs;
  std::vector<Count> counts;
  std::map<std::string, std::string> parameters;  ///< rendered as SQL: 'text' or 42
  Batch batch;

  /// True if a second run over the same object would publish its rows a second time.
  bool appends() const;
  /// The output of that name, with or without its database; null if there is none.
  const Output* FindOutput(std::string_view name) const;
  const Model* FindModel(std::string_view name) const;
};

}  // namespace tarn::transform

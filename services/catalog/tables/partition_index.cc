#include "services/catalog/tables/partition_index.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {

// `value` is an INTEGER for the one and only text of an integer of 64 bits, TEXT for that of a date, a BLOB for any
// other text, and NULL for NULL. SQLite orders them in this way: NULL, integers, texts, blobs.
const char* const PartitionIndex::kMigration = R"sql(
CREATE TABLE partition_values (
  table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value,
  partition TEXT NOT NULL
);
CREATE UNIQUE INDEX partition_values_in_order ON partition_values (table_id, key, value, partition);
CREATE TABLE partition_counts (
  table_id INTEGER PRIMARY KEY REFERENCES tables (id) ON DELETE CASCADE,
  partitions INTEGER NOT NULL
);
CREATE INDEX files_of_partition ON files (table_id, partition) WHERE to_version IS NULL AND partition <> '[]';

INSERT INTO partition_counts SELECT table_id, count(*) FROM partitions GROUP BY table_id;
INSERT INTO partition_values
  SELECT table_id, text ->> '$[0]',
    CASE WHEN value = '__HIVE_DEFAULT_PARTITION__' THEN NULL
         WHEN value = CAST(CAST(value AS INTEGER) AS TEXT) THEN CAST(value AS INTEGER)
         WHEN value GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(value) = value AND value >= '0001' THEN value
         ELSE CAST(value AS BLOB) END,
    partition
  FROM (SELECT p.table_id, p.partition, pair.value AS text, pair.value ->> '$[1]' AS value
        FROM partitions p, json_each(p.partition) pair);
)sql";

namespace {

using pruning::Condition;
using pruning::Exact;
using pruning::Instant;
using pruning::Value;
using pruning::ValueKind;
using table_filter::Operator;

// A stretch of the index: the condition and what is bound to it.
struct Stretch {
  enum class Bound { kNone, kInteger, kText, kBlob };
  struct Parameter {
    Bound bound = Bound::kNone;
    int64_t integer = 0;
    std::string text;
  };
  std::string condition;
  std::vector<Parameter> parameters{};
};

using Parameter = Stretch::Parameter;
using BoundAs = Stretch::Bound;

bool IsInteger(const std::string& text, int64_t* integer) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), *integer);
  return failed == std::errc() && end == text.data() + text.size() && std::to_string(*integer) == text;
}

bool IsDate(const std::string& text) { return ParseValue(text, ValueKind::kDate).has_value(); }

Parameter StoredAs(const std::string& text) {
  int64_t integer = 0;
  if (text == kNullPartition) return {};
  if (IsInteger(text, &integer)) return {BoundAs::kInteger, integer, ""};
  return {IsDate(text) ? BoundAs::kText : BoundAs::kBlob, 0, text};
}

void BindTo(sqlite::Statement& statement, int index, const Parameter& parameter) {
  switch (parameter.bound) {
    case BoundAs::kNone: statement.BindNull(index); return;
    case BoundAs::kInteger: statement.Bind(index, parameter.integer); return;
    case BoundAs::kText: statement.Bind(index, parameter.text); return;
    case BoundAs::kBlob: statement.BindBlob(index, parameter.text); return;
  }
}

// The literal of a condition as the index has it; nothing if no stretch of the index has all that may equal it, or be
// in its order.
std::optional<Parameter> InIndex(const Value& value, ValueKind kind) {
  constexpr Exact kOne = 1'000'000'000'000'000'000;
  if (kind == ValueKind::kText) return StoredAs(std::get<std::string>(value));
  if (kind != ValueKind::kInteger) return std::nullopt;
  const Exact number = std::get<Exact>(value) / kOne;
  if (std::get<Exact>(value) % kOne != 0 || number < INT64_MIN || number > INT64_MAX) return std::nullopt;
  return Parameter{BoundAs::kInteger, static_cast<int64_t>(number), ""};
}

std::optional<Parameter> DateInIndex(const Value& value) {
  const Instant instant = std::get<Instant>(value);
  if (instant.nanos != 0 || instant.seconds % 86'400 != 0) return std::nullopt;
  return Parameter{BoundAs::kText, 0, FormatRfc3339(FromUnixMillis(instant.seconds * 1'000)).substr(0, 10)};
}

const char* Symbol(Operator op) {
  switch (op) {
    case Operator::kLess: return "<";
    case Operator::kLessOrEqual: return "<=";
    case Operator::kGreater: return ">";
    case Operator::kGreaterOrEqual: return ">=";
    default: return "=";
  }
}

// Texts that are not written as the kind's only way, and which a cast might take all the same.
std::vector<Stretch> OddOnes(ValueKind kind) {
  if (kind == ValueKind::kInteger) return {{"value >= ''"}};  // texts and blobs
  if (kind == ValueKind::kDate) return {{"value < ''"}, {"value >= x''"}};
  return {};
}

std::vector<Stretch> EqualTo(const std::vector<Parameter>& values) {
  std::vector<Stretch> stretches;
  for (const Parameter& value : values) stretches.push_back({"value = ?3", {value}});
  return stretches;
}

// Conditions on one key that bound its values on one side or on both.
struct Limits {
  const Condition* lower = nullptr;
  const Condition* upper = nullptr;
};

// The values within the limits that are stored as `bound`.
Stretch Between(const Limits& limits, const std::optional<Parameter>& lower, const std::optional<Parameter>& upper,
                BoundAs bound) {
  Stretch stretch;
  const auto add = [&](const std::string& condition) {
    stretch.condition += (stretch.condition.empty() ? "" : " AND ") + condition;
  };
  if (lower) {
    add(std::string("value ") + Symbol(limits.lower->op()) + " ?3");
    stretch.parameters.push_back(*lower);
  } else if (bound != BoundAs::kInteger) {
    add(bound == BoundAs::kText ? "value >= ''" : "value >= x''");
  }
  if (upper) {
    add(std::string("value ") + Symbol(limits.upper->op()) + (lower ? " ?4" : " ?3"));
    stretch.parameters.push_back(*upper);
  } else if (bound != BoundAs::kBlob) {
    add(bound == BoundAs::kText ? "value < x''" : "value < ''");
  }
  return stretch;
}

std::optional<Parameter> As(BoundAs bound, const Condition* condition) {
  if (!condition) return std::nullopt;
  return Parameter{bound, 0, std::get<std::string>(condition->values()[0])};
}

// In the order of their bytes, integers stand anywhere among other texts.
std::vector<Stretch> TextRange(const Limits& limits) {
  std::vector<Stretch> stretches{{"value < ''"}};
  for (const BoundAs bound : {BoundAs::kText, BoundAs::kBlob})
    stretches.push_back(Between(limits, As(bound, limits.lower), As(bound, limits.upper), bound));
  return stretches;
}

std::optional<Parameter> InIndex(const Condition* condition) {
  if (!condition) return std::nullopt;
  const Value& value = condition->values()[0];
  return condition->kind() == ValueKind::kDate ? DateInIndex(value) : InIndex(value, condition->kind());
}

using Stretches = std::optional<std::vector<Stretch>>;

Stretches RangeOf(const Limits& limits) {
  const ValueKind kind = (limits.lower ? limits.lower : limits.upper)->kind();
  if (kind == ValueKind::kText) return TextRange(limits);
  if (kind != ValueKind::kInteger && kind != ValueKind::kDate) return std::nullopt;
  const auto lower = InIndex(limits.lower), upper = InIndex(limits.upper);
  if ((limits.lower && !lower) || (limits.upper && !upper)) return std::nullopt;
  return std::vector{Between(limits, lower, upper, kind == ValueKind::kDate ? BoundAs::kText : BoundAs::kInteger)};
}

Stretches PointsOf(const Condition& condition) {
  std::vector<Parameter> values;
  for (const Value& value : condition.values()) {
    auto parameter = condition.kind() == ValueKind::kDate ? DateInIndex(value) : InIndex(value, condition.kind());
    if (!parameter || parameter->bound == BoundAs::kNone) return std::nullopt;
    values.push_back(std::move(*parameter));
  }
  return EqualTo(values);
}

bool IsLower(const Condition& condition) {
  return condition.op() == Operator::kGreater || condition.op() == Operator::kGreaterOrEqual;
}

bool IsUpper(const Condition& condition) {
  return condition.op() == Operator::kLess || condition.op() == Operator::kLessOrEqual;
}

// Stretches of the index that have all partitions which the conditions on one key can match; nothing if they are
// unknown. (Partitions whose paths lack the key are not in the index, so none for IS NULL.)
Stretches StretchesOf(const std::vector<const Condition*>& conditions) {
  Limits limits;
  Stretches stretches;
  ValueKind kind = ValueKind::kOther;
  for (const Condition* condition : conditions) {
    kind = condition->kind();
    if (condition->is_null_test()) continue;
    if (IsLower(*condition)) limits.lower = condition;
    else if (IsUpper(*condition)) limits.upper = condition;
    else if (!stretches) stretches = PointsOf(*condition);
  }
  if (!stretches && (limits.lower || limits.upper)) stretches = RangeOf(limits);
  if (!stretches) return stretches;
  for (Stretch& odd : OddOnes(kind)) stretches->push_back(std::move(odd));
  return stretches;
}

// Adds the partitions of a stretch; false if there are more than `limit`.
Result<bool> Collect(sqlite::Database& database, int64_t table_id, const std::string& key, const Stretch& stretch,
                     int64_t limit, std::vector<std::string>* partitions) {
  TARN_ASSIGN(auto select, database.Prepare("SELECT partition FROM partition_values WHERE table_id = ?1 AND key = ?2 AND " +
                                            stretch.condition));
  select.Bind(1, table_id).Bind(2, key);
  for (size_t i = 0; i < stretch.parameters.size(); ++i) BindTo(select, static_cast<int>(3 + i), stretch.parameters[i]);
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return true;
    if (static_cast<int64_t>(partitions->size()) >= limit) return false;
    partitions->push_back(select.Text(0));
  }
}

// The partitions that the conditions on one key let through; nothing if they are unknown, or more than `limit`.
Result<std::optional<std::vector<std::string>>> Candidates(sqlite::Database& database, int64_t table_id,
                                                           const std::string& key,
                                                           const std::vector<const Condition*>& conditions,
                                                           int64_t limit) {
  const auto stretches = StretchesOf(conditions);
  if (!stretches) return std::optional<std::vector<std::string>>();
  std::vector<std::string> partitions;
  for (const Stretch& stretch : *stretches) {
    TARN_ASSIGN(const bool all, Collect(database, table_id, key, stretch, limit, &partitions));
    if (!all) return std::optional<std::vector<std::string>>();
  }
  return std::optional(std::move(partitions));
}

std::map<std::string, std::vector<const Condition*>> ByKey(const FileFilter& filter) {
  std::map<std::string, std::vector<const Condition*>> conditions;
  for (const auto& key : filter.keys()) conditions[key.key].push_back(&key.condition);
  return conditions;
}

}  // namespace

Status PartitionIndex::Add(int64_t table_id, const std::string& stored, const std::vector<PartitionValue>& values) {
  TARN_ASSIGN(auto count, database_.Prepare("INSERT INTO partition_counts VALUES (?, 1) "
                                            "ON CONFLICT DO UPDATE SET partitions = partitions + 1"));
  TARN_TRY(count.Bind(1, table_id).Run());
  for (const PartitionValue& value : values) {
    TARN_ASSIGN(auto insert, database_.Prepare("INSERT OR IGNORE INTO partition_values (table_id, key, value, partition) "
                                               "VALUES (?, ?, ?, ?)"));
    insert.Bind(1, table_id).Bind(2, value.key).Bind(4, stored);
    BindTo(insert, 3, StoredAs(value.value));
    TARN_TRY(insert.Run());
  }
  return Ok();
}

Status PartitionIndex::Remove(int64_t table_id, const std::string& stored, const std::vector<PartitionValue>& values) {
  TARN_ASSIGN(auto count, database_.Prepare("UPDATE partition_counts SET partitions = partitions - 1 WHERE table_id = ?"));
  TARN_TRY(count.Bind(1, table_id).Run());
  for (const PartitionValue& value : values) {
    TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM partition_values WHERE table_id = ? AND key = ? "
                                               "AND value IS ? AND partition = ?"));
    remove.Bind(1, table_id).Bind(2, value.key).Bind(4, stored);
    BindTo(remove, 3, StoredAs(value.value));
    TARN_TRY(remove.Run());
  }
  return Ok();
}

Result<int64_t> PartitionIndex::Count(int64_t table_id) {
  TARN_ASSIGN(auto select, database_.Prepare("SELECT partitions FROM partition_counts WHERE table_id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, table_id).Step());
  return found ? select.Integer(0) : 0;
}

Result<std::optional<std::vector<std::string>>> PartitionIndex::Find(int64_t table_id, const FileFilter& filter,
                                                                     int64_t limit) {
  // The key that lets the fewest through gives the candidates; then all of them are looked at.
  std::optional<std::vector<std::string>> fewest;
  for (const auto& [key, conditions] : ByKey(filter)) {
    const int64_t most = fewest ? static_cast<int64_t>(fewest->size()) : limit;
    TARN_ASSIGN(auto candidates, Candidates(database_, table_id, key, conditions, most));
    if (candidates) fewest = std::move(candidates);
  }
  if (!fewest) return fewest;
  std::vector<std::string> found;
  for (std::string& stored : *fewest) {
    TARN_ASSIGN(const auto values, LoadPartition(stored));
    if (filter.CanMatchPartition(values)) found.push_back(std::move(stored));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return std::optional(std::move(found));
}

}  // namespace tarn::catalog

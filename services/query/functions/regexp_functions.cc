#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

constexpr auto kScalar = FunctionEntry::Kind::kScalar;

const std::vector<FunctionEntry>& Table() {
  static const std::vector<FunctionEntry> table = {
      {"regexp_count",
       kScalar,
       How::kExtension,
       "How often a pattern matches.",
       "regexp_count('1a 2b 14m', '\\s*[a-z]+\\s*') = 3",
       {{"(varchar,varchar) -> bigint", "tarn_regexp_count($1, $2)"}}},
      {"regexp_extract",
       kScalar,
       How::kExtension,
       "The first match of a pattern, or a group of it; NULL without a match.",
       "regexp_extract('1a 2b', '(\\d+)([a-z]+)', 2) = \"a\"",
       {{"(varchar,varchar) -> varchar", "tarn_regexp_extract($1, $2, CAST(0 AS BIGINT))"},
        {"(varchar,varchar,bigint) -> varchar", "tarn_regexp_extract($1, $2, $3)"}}},
      {"regexp_extract_all",
       kScalar,
       How::kExtension,
       "All matches of a pattern, or of a group of it.",
       "regexp_extract_all('1a 2b', '\\d+') = [\"1\",\"2\"]",
       {{"(varchar,varchar) -> array(varchar)", "tarn_regexp_extract_all($1, $2, CAST(0 AS BIGINT))"},
        {"(varchar,varchar,bigint) -> array(varchar)", "tarn_regexp_extract_all($1, $2, $3)"}}},
      {"regexp_like",
       kScalar,
       How::kExtension,
       "Whether a pattern matches somewhere.",
       "regexp_like('1a 2b', '\\d+b') = true",
       {{"(varchar,varchar) -> boolean", "tarn_regexp_like($1, $2)"}}},
      {"regexp_position",
       kScalar,
       How::kExtension,
       "Where a pattern matches, from a start, the n-th time; -1 without a match.",
       "regexp_position('a1b2', '\\d') = 2",
       {{"(varchar,varchar) -> integer",
         "CAST(tarn_regexp_position($1, $2, CAST(1 AS BIGINT), CAST(1 AS BIGINT)) AS INTEGER)"},
        {"(varchar,varchar,bigint) -> integer",
         "CAST(tarn_regexp_position($1, $2, $3, CAST(1 AS BIGINT)) AS INTEGER)"},
        {"(varchar,varchar,bigint,bigint) -> integer",
         "CAST(tarn_regexp_position($1, $2, $3, $4) AS INTEGER)"}}},
      {"regexp_replace",
       kScalar,
       How::kExtension,
       "Replaces all matches, with $1 or ${name} for groups, or by a lambda of the groups.",
       "regexp_replace('1a 2b', '(\\d)([ab])', '$2$1') = \"a1 b2\"",
       {{"(varchar,varchar) -> varchar", "tarn_regexp_replace($1, $2, '')"},
        {"(varchar,varchar,varchar) -> varchar", "tarn_regexp_replace($1, $2, $3)"},
        {"(varchar,varchar,function(array(varchar),varchar)) -> varchar", "!regexp_lambda"}}},
      {"regexp_split",
       kScalar,
       How::kExtension,
       "Cuts a text where a pattern matches.",
       "regexp_split('1a 2b', '\\s') = [\"1a\",\"2b\"]",
       {{"(varchar,varchar) -> array(varchar)", "tarn_regexp_split($1, $2)"}}},
  };
  return table;
}

}  // namespace

std::span<const FunctionEntry> RegexpFunctions() { return Table(); }

}  // namespace tarn::query

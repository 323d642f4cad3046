#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

constexpr auto kScalar = FunctionEntry::Kind::kScalar;

const std::vector<FunctionEntry>& Table() {
  static const std::vector<FunctionEntry> table = {
      {"is_json_scalar",
       kScalar,
       How::kExtension,
       "Whether JSON is a scalar.",
       "is_json_scalar('1') = true",
       {{"(json) -> boolean", "tarn_json_is_scalar($1)"},
        {"(varchar) -> boolean", "tarn_json_is_scalar($1)"}}},
      {"json_array_contains",
       kScalar,
       How::kExtension,
       "Whether a JSON array has a value.",
       "json_array_contains('[1, 2]', 2) = true",
       {{"(json,boolean) -> boolean", "tarn_json_contains_boolean($1, $2)"},
        {"(varchar,boolean) -> boolean", "tarn_json_contains_boolean($1, $2)"},
        {"(json,bigint) -> boolean", "tarn_json_contains_integer($1, $2)"},
        {"(varchar,bigint) -> boolean", "tarn_json_contains_integer($1, $2)"},
        {"(json,double) -> boolean", "tarn_json_contains_double($1, $2)"},
        {"(varchar,double) -> boolean", "tarn_json_contains_double($1, $2)"},
        {"(json,varchar) -> boolean", "tarn_json_contains_text($1, $2)"},
        {"(varchar,varchar) -> boolean", "tarn_json_contains_text($1, $2)"}}},
      {"json_array_get",
       kScalar,
       How::kExtension,
       "An element of a JSON array, from 0, negative from the end.",
       "json_array_get('[1, [3, 4]]', -1) = \"[3,4]\"",
       {{"(json,bigint) -> json", "tarn_json_array_get($1, $2)"},
        {"(varchar,bigint) -> json", "tarn_json_array_get($1, $2)"}}},
      {"json_array_length",
       kScalar,
       How::kExtension,
       "The length of a JSON array; NULL if it is none.",
       "json_array_length('[1, 2]') = 2",
       {{"(json) -> bigint", "tarn_json_array_length($1)"},
        {"(varchar) -> bigint", "tarn_json_array_length($1)"}}},
      {"json_extract",
       kScalar,
       How::kExtension,
       "What a JSON path finds.",
       "json_extract('{\"a\": [1, 2]}', '$.a[0]') = \"1\"",
       {{"(json,varchar) -> json", "tarn_json_extract($1, $2)"},
        {"(varchar,varchar) -> json", "tarn_json_extract($1, $2)"}}},
      {"json_extract_scalar",
       kScalar,
       How::kExtension,
       "The scalar that a JSON path finds, as text.",
       "json_extract_scalar('{\"a\": \"x\"}', '$.a') = \"x\"",
       {{"(json,varchar) -> varchar", "tarn_json_extract_scalar($1, $2)"},
        {"(varchar,varchar) -> varchar", "tarn_json_extract_scalar($1, $2)"}}},
      {"json_format",
       kScalar,
       How::kRewrite,
       "JSON as text.",
       "json_format(JSON '[1, 2]') = \"[1,2]\"",
       {{"(json) -> varchar", "$1"}}},
      {"json_parse",
       kScalar,
       How::kExtension,
       "Text as JSON.",
       "json_parse('{\"b\": 1, \"a\": 2}') = \"{\\\"a\\\":2,\\\"b\\\":1}\"",
       {{"(varchar) -> json", "tarn_json_parse($1)"}}},
      {"json_size",
       kScalar,
       How::kExtension,
       "How many members or elements a JSON path finds.",
       "json_size('{\"x\": {\"a\": 1, \"b\": 2}}', '$.x') = 2",
       {{"(json,varchar) -> bigint", "tarn_json_size($1, $2)"},
        {"(varchar,varchar) -> bigint", "tarn_json_size($1, $2)"}}},
  };
  return table;
}

}  // namespace

std::span<const FunctionEntry> JsonFunctions() { return Table(); }

}  // namespace tarn::query

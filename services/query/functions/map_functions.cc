#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

constexpr auto kScalar = FunctionEntry::Kind::kScalar;

const std::vector<FunctionEntry>& Table() {
  static const std::vector<FunctionEntry> table = {
      {"map",
       kScalar,
       How::kRewrite,
       "A map from two arrays.",
       "map(ARRAY['a'], ARRAY[1]) = [{\"key\":\"a\",\"value\":1}]",
       {{"() -> map(unknown,unknown)", "MAP {}"}, {"(array(K),array(V)) -> map(K,V)", "map($1, $2)"}}},
      {"map_concat",
       kScalar,
       How::kRewrite,
       "The union of maps; of equal keys the last map's.",
       "map_concat(map(ARRAY['a'], ARRAY[1]), map(ARRAY['a'], ARRAY[2])) = [{\"key\":\"a\",\"value\":2}]",
       {{"(map(K,V),map(K,V)...) -> map(K,V)",
         "CASE WHEN len(list_filter([$*], lambda z: z IS NULL)) > 0 THEN NULL ELSE CAST(map_concat($*) AS "
         "$R) END"}}},
      {"map_entries",
       kScalar,
       How::kRewrite,
       "The keys and values as an array of rows.",
       "map_entries(map(ARRAY['a'], ARRAY[1])) = [{\"field0\":\"a\",\"field1\":1}]",
       {{"(map(K,V)) -> array(row(K,V))",
         "list_transform(map_entries($1), lambda z: struct_pack(field0 := struct_extract(z, 'key'), field1 "
         ":= struct_extract(z, 'value')))"}}},
      {"map_filter",
       kScalar,
       How::kRewrite,
       "The entries for which a condition holds.",
       "map_filter(map(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1) = [{\"key\":\"b\",\"value\":2}]",
       {{"(map(K,V),function(K,V,boolean)) -> map(K,V)", "!map_filter"}}},
      {"map_from_entries",
       kScalar,
       How::kRewrite,
       "A map from an array of rows.",
       "map_from_entries(ARRAY[(1, 'x')]) = [{\"key\":1,\"value\":\"x\"}]",
       {{"(array(row(K,V))) -> map(K,V)", "map_from_entries($1)"}}},
      {"map_keys",
       kScalar,
       How::kNative,
       "The keys.",
       "map_keys(map(ARRAY['a'], ARRAY[1])) = [\"a\"]",
       {{"(map(K,V)) -> array(K)", "map_keys($1)"}}},
      {"map_values",
       kScalar,
       How::kNative,
       "The values.",
       "map_values(map(ARRAY['a'], ARRAY[1])) = [1]",
       {{"(map(K,V)) -> array(V)", "map_values($1)"}}},
      {"multimap_from_entries",
       kScalar,
       How::kRewrite,
       "A map of all values of each key.",
       "multimap_from_entries(ARRAY[(1, 'x'), (1, 'y')]) = [{\"key\":1,\"value\":[\"x\",\"y\"]}]",
       {{"(array(row(K,V))) -> map(K,array(V))", "!multimap"}}},
      {"transform_keys",
       kScalar,
       How::kRewrite,
       "What a lambda makes of the keys.",
       "transform_keys(map(ARRAY[1], ARRAY[2]), (k, v) -> k + v) = [{\"key\":3,\"value\":2}]",
       {{"(map(K,V),function(K,V,W)) -> map(W,V)", "!transform_keys"}}},
      {"transform_values",
       kScalar,
       How::kRewrite,
       "What a lambda makes of the values.",
       "transform_values(map(ARRAY[1], ARRAY[2]), (k, v) -> k + v) = [{\"key\":1,\"value\":3}]",
       {{"(map(K,V),function(K,V,W)) -> map(K,W)", "!transform_values"}}},
  };
  return table;
}

}  // namespace

std::span<const FunctionEntry> MapFunctions() { return Table(); }

}  // namespace tarn::query

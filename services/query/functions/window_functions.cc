#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

constexpr auto kWindow = FunctionEntry::Kind::kWindow;

const std::vector<FunctionEntry>& Table() {
  static const std::vector<FunctionEntry> table = {
      {"cume_dist",
       kWindow,
       How::kNative,
       "The share of rows up to the row's peers.",
       "cume_dist() OVER (ORDER BY x) first over 1, 2 = 0.5",
       {{"() -> double", "cume_dist()%S"}}},
      {"dense_rank",
       kWindow,
       How::kNative,
       "The rank without gaps.",
       "dense_rank() OVER (ORDER BY x) first over 1, 1 = 1",
       {{"() -> bigint", "dense_rank()%S"}}},
      {"first_value",
       kWindow,
       How::kNative,
       "The frame's first value.",
       "first_value(x) OVER (ORDER BY x) first over 1, 2 = 1",
       {{"(T) -> T", "first_value($1%O)%S"}}},
      {"lag",
       kWindow,
       How::kNative,
       "The value of a row before.",
       "lag(x) OVER (ORDER BY x) first over 1, 2 = null",
       {{"(T) -> T", "lag($1%O)%S"},
        {"(T,bigint) -> T", "lag($1, $2%O)%S"},
        {"(T,bigint,T) -> T", "lag($1, $2, $3%O)%S"}}},
      {"last_value",
       kWindow,
       How::kNative,
       "The frame's last value.",
       "last_value(x) OVER (ORDER BY x) first over 1, 2 = 1",
       {{"(T) -> T", "last_value($1%O)%S"}}},
      {"lead",
       kWindow,
       How::kNative,
       "The value of a row behind.",
       "lead(x) OVER (ORDER BY x) first over 1, 2 = 2",
       {{"(T) -> T", "lead($1%O)%S"},
        {"(T,bigint) -> T", "lead($1, $2%O)%S"},
        {"(T,bigint,T) -> T", "lead($1, $2, $3%O)%S"}}},
      {"nth_value",
       kWindow,
       How::kNative,
       "The frame's n-th value.",
       "nth_value(x, 1) OVER (ORDER BY x) first over 1, 2 = 1",
       {{"(T,bigint) -> T", "nth_value($1, tarn_positive($2)%O)%S"}}},
      {"ntile",
       kWindow,
       How::kNative,
       "The number of the row's bucket among n.",
       "ntile(2) OVER (ORDER BY x) first over 1, 2 = 1",
       {{"(bigint) -> bigint", "ntile($1)%S"}}},
      {"percent_rank",
       kWindow,
       How::kNative,
       "The rank as a share.",
       "percent_rank() OVER (ORDER BY x) first over 1, 2 = 0.0",
       {{"() -> double", "percent_rank()%S"}}},
      {"rank",
       kWindow,
       How::kNative,
       "The rank with gaps.",
       "rank() OVER (ORDER BY x) first over 1, 2 = 1",
       {{"() -> bigint", "rank()%S"}}},
      {"row_number",
       kWindow,
       How::kNative,
       "The number of the row.",
       "row_number() OVER (ORDER BY x) first over 1, 2 = 1",
       {{"() -> bigint", "row_number()%S"}}},
  };
  return table;
}

}  // namespace

std::span<const FunctionEntry> WindowFunctions() { return Table(); }

}  // namespace tarn::query

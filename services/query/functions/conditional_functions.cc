#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

constexpr auto kScalar = FunctionEntry::Kind::kScalar;

const std::vector<FunctionEntry>& Table() {
  static const std::vector<FunctionEntry> table = {
      {"coalesce",
       kScalar,
       How::kTranslator,
       "The first that is not NULL.",
       "coalesce(NULL, 1) = 1",
       {{"(T...) -> T", "!coalesce"}}},
      {"greatest",
       kScalar,
       How::kTranslator,
       "The largest; NULL if one is NULL.",
       "greatest(1, 2) = 2",
       {{"(T...) -> T", "!greatest"}}},
      {"if",
       kScalar,
       How::kTranslator,
       "One value or the other.",
       "if(true, 'a', 'b') = \"a\"",
       {{"(boolean,T) -> T", "!if"}, {"(boolean,T,T) -> T", "!if"}}},
      {"least",
       kScalar,
       How::kTranslator,
       "The smallest; NULL if one is NULL.",
       "least(1, 2) = 1",
       {{"(T...) -> T", "!least"}}},
      {"nullif",
       kScalar,
       How::kTranslator,
       "NULL if both are equal, else the first.",
       "nullif(1, 2) = 1",
       {{"(T,U) -> T", "!nullif"}}},
      {"try",
       kScalar,
       How::kTranslator,
       "NULL where an expression fails.",
       "try(1 / 0) = null",
       {{"(T) -> T", "!try"}}},
      {"typeof",
       kScalar,
       How::kTranslator,
       "The name of a type.",
       "typeof(1) = \"integer\"",
       {{"(T) -> varchar", "!typeof"}}},
      {"uuid", kScalar, How::kNative, "A random UUID.", "uuid() IS NULL = false", {{"() -> uuid", "uuid()"}}},
      {"version",
       kScalar,
       How::kRewrite,
       "The name of the engine.",
       "version() = \"Tarn\"",
       {{"() -> varchar", "'Tarn'"}}},
  };
  return table;
}

}  // namespace

std::span<const FunctionEntry> ConditionalFunctions() { return Table(); }

}  // namespace tarn::query

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/query/functions/trino_type.h"

namespace tarn::query {

/// How a function of the athena dialect is done.
enum class How {
  kNative,       ///< a DuckDB function whose values are equal
  kRewrite,      ///< an expression of DuckDB functions
  kExtension,    ///< a function of this folder, written in C++
  kTranslator,   ///< the translator decides by the types of the arguments
  kUnsupported,  ///< refused, with the reason in the description
};

/// One way to call a function. In `sql`, `$1` is the first argument, `$*` all of them, `$2*` those from the
/// second on,
/// `$T` the DuckDB type of T, `$R` that of the result; in aggregate functions `%D` stands for DISTINCT, `%O`
/// for ORDER BY and `%S` for FILTER and OVER. "!name" calls a rule of the translator.
struct Overload {
  std::string_view signature;  ///< "(array(T), function(T,boolean)) -> array(T)"; "T..." for one or more
  std::string_view sql;
};

/// A function that the athena dialect knows.
struct FunctionEntry {
  enum class Kind { kScalar, kAggregate, kWindow };

  std::string_view name;
  Kind kind;
  How how;
  std::string_view description;
  std::string_view example;  ///< an expression and, behind " = ", what it gives
  std::vector<Overload> overloads;
};

/// A signature, read.
struct Signature {
  std::vector<TrinoType> parameters;
  bool variadic = false;  ///< the last parameter may repeat
  TrinoType result;
};

/// An overload with its signature read.
struct CompiledOverload {
  Signature signature;
  std::string_view sql;
};

struct CompiledFunction {
  const FunctionEntry* entry;
  std::vector<CompiledOverload> overloads;
};

/// The tables of functions, one per area.
std::span<const FunctionEntry> MathFunctions();
std::span<const FunctionEntry> TextFunctions();
std::span<const FunctionEntry> RegexpFunctions();
std::span<const FunctionEntry> ArrayFunctions();
std::span<const FunctionEntry> MapFunctions();
std::span<const FunctionEntry> JsonFunctions();
std::span<const FunctionEntry> TimeFunctions();
std::span<const FunctionEntry> BinaryFunctions();
std::span<const FunctionEntry> UrlFunctions();
std::span<const FunctionEntry> ConditionalFunctions();
std::span<const FunctionEntry> AggregateFunctions();
std::span<const FunctionEntry> WindowFunctions();
std::span<const FunctionEntry> UnsupportedFunctions();

/// All entries in the order of the tables.
std::vector<const FunctionEntry*> AllFunctions();

/// The function of that name in lower case, or null. Thread-safe.
const CompiledFunction* FindFunction(std::string_view name);

/// Names like `name`, nearest first, three at most.
std::vector<std::string> FunctionsLike(std::string_view name);

}  // namespace tarn::query

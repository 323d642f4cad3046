#include "services/transform/runs/strict_integer.h"

#include <charconv>

namespace tarn::transform {
namespace {

constexpr const char* kFunction = "tarn_integer";

const duckdb::ScalarFunction kFunctions[] = {
    {kFunction,
     {duckdb::FunctionType::kText},
     duckdb::FunctionType::kInteger,
     nullptr,
     false,
     false,
     ReadInteger},
};

bool HoldsMoreThan64Bits(const std::string& type) {
  return type == "HUGEINT" || type == "UHUGEINT" || type == "UBIGINT";
}

}  // namespace

bool ReadInteger(std::string_view text, int64_t& value) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  while (begin < end && *begin == ' ') ++begin;
  while (begin < end && end[-1] == ' ') --end;
  if (begin < end && *begin == '+') {
    ++begin;
    if (begin < end && *begin == '-') return false;
  }
  const auto [behind, error] = std::from_chars(begin, end, value);
  return error == std::errc() && behind == end;
}

std::string StrictInteger(const std::string& text, const std::string& type) {
  if (!HoldsMoreThan64Bits(type)) return std::string(kFunction) + "(" + text + ")";
  return "CASE WHEN " + text + " IS NULL OR regexp_full_match(" + text + ", ' *[+-]?[0-9]+ *') THEN " + text +
         " ELSE error('not a whole number: ' || left(" + text + ", 100)) END";
}

std::span<const duckdb::ScalarFunction> StrictIntegerFunctions() { return kFunctions; }

}  // namespace tarn::transform

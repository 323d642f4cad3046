#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/query/functions/trino_type.h"

namespace tarn::query {

/// One line of unit_examples.jsonl: an SQL statement and what Trino gives for it.
struct TrinoCase {
  int number = 0;  ///< of the line, from 0
  std::string sql;
  std::string type;  ///< as Trino's tests name it: "new ArrayType(INTEGER)"; empty if they do not
  std::string kind;  ///< value, null, matches_sql
  nlohmann::json expected;
};

/// Throws std::runtime_error for a file that is not of this form.
std::vector<TrinoCase> ReadTrinoCases(const std::filesystem::path& file);

/// The type that a name of Trino's tests stands for; false for names that tell none ("expectedType").
/// "createVarcharType(3)" is varchar: lengths are not kept.
bool ReadTestType(std::string name, TrinoType& type);

}  // namespace tarn::query

#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "common/duckdb/engine.h"
#include "common/result/result.h"

namespace tarn::sql_gate {

/// The functions that a statement may call: those the engine itself has, without the ones that reach files,
/// settings, the environment, the engine's catalog, other statements, sequences or the clock's patience.
/// Immutable, so safe on any thread.
class AllowedFunctions {
 public:
  /// Asks the engine which functions it has. Errors: those of the engine.
  static Result<AllowedFunctions> Load(duckdb::Connection& connection);

  /// Allows one more where scalar functions stand; `name` in lower case.
  void Add(std::string name) { scalars_.insert(std::move(name)); }

  /// Scalar, aggregate and window functions and operators. Names compare without case.
  bool Scalar(std::string_view name) const;
  /// Functions that stand in FROM.
  bool Table(std::string_view name) const;

 private:
  std::unordered_set<std::string> scalars_;
};

}  // namespace tarn::sql_gate

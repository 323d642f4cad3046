#pragma once

#include <optional>
#include <string_view>

#include "services/catalog/types/data_type.h"

namespace tarn::catalog {

/// What a kind without parameters is called. Empty where the kind has parameters.
struct ScalarNames {
  TypeKind kind;
  std::string_view duckdb;
  std::string_view hive;
  std::string_view trino;
};

const ScalarNames& NamesOf(TypeKind kind);

/// Finds the kind of a scalar by DuckDB's name or one of its aliases ("INT", "STRING", "DATETIME"), in
/// capitals.
std::optional<TypeKind> FindScalar(std::string_view name);

}  // namespace tarn::catalog

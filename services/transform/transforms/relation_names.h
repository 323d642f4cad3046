#pragma once

#include <string>

#include "common/duckdb/engine.h"

namespace tarn::transform {

/// What stands after FROM for the objects of an input; "" is the only one, without a name. Names with a
/// schema cannot be hidden by a CTE of a model.
inline std::string InputRelation(const std::string& name) {
  return name.empty() ? "tarn.input" : "tarn." + duckdb::QuoteIdentifier("input " + name);
}

/// What stands after FROM for a cataloged table's rows.
inline std::string TableRelation(const std::string& table) {
  return "tarn." + duckdb::QuoteIdentifier("table " + table);
}

/// What stands after FROM for a model's rows.
inline std::string ModelRelation(const std::string& model) {
  return "models." + duckdb::QuoteIdentifier(model);
}

}  // namespace tarn::transform

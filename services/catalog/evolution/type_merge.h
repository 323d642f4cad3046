#pragma once

#include <string>

#include "services/catalog/types/data_type.h"

namespace tarn::catalog {

/// The narrowest type that two types fit into.
struct TypeMerge {
  DataType type;
  bool compatible = true;  ///< false if some of it became text because there was nothing else
};

/// Merges two types. Integers widen (signed and unsigned ones to a signed one), integer and floating point
/// give DOUBLE, DECIMALs keep both their digits (DOUBLE over 38 of them), dates and points in time give the
/// finer one, with a time zone on either side TIMESTAMP WITH TIME ZONE. Structs have the members of both,
/// those of `a` first; members, elements of lists, keys and values of maps are merged as columns are. JSON
/// takes numbers, booleans and nested values; VARIANT takes everything; kNull gives way to anything. All else
/// meets in VARCHAR and is incompatible.
TypeMerge MergeTypes(const DataType& a, const DataType& b);

/// As above, of types as DuckDB writes them.
struct TypeTextMerge {
  std::string type;
  bool compatible = true;
};
TypeTextMerge MergeTypes(const std::string& a, const std::string& b);

/// Whether values of the type `narrow` can be read as `wide` without being text in between: merging them
/// gives `wide`. Anything can be read as VARCHAR.
bool CanBeReadAs(const std::string& narrow, const std::string& wide);

/// Writes a column's type with VARCHAR where no value was ever seen.
std::string WithoutUnknowns(const DataType& type);

}  // namespace tarn::catalog

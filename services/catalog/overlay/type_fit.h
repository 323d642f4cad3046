#pragma once

#include <string>

#include "services/catalog/types/data_type.h"

namespace tarn::catalog {

/// How values of the type that files give fit a type that a person wants.
enum class TypeFit {
  kExact,       ///< every value fits
  kChecked,     ///< each value is checked as it is read; one that does not fit fails the statement
  kLossy,       ///< values would be rounded or cut without a word
  kImpossible,  ///< no value fits
};

/// Compares the types; nested types by their members. Text becomes numbers, dates and the like by a check of
/// each value, but only where it is a column of its own.
TypeFit FitOf(const DataType& found, const DataType& wanted);

/// As above, for types as DuckDB writes them. kImpossible if one of them is no type.
TypeFit FitOf(const std::string& found, const std::string& wanted);

/// True for the fits that an edit may ask for: nothing is lost in silence.
inline bool IsAllowed(TypeFit fit) { return fit == TypeFit::kExact || fit == TypeFit::kChecked; }

}  // namespace tarn::catalog

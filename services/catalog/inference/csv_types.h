#pragma once

#include <cstdint>
#include <string>

namespace tarn::catalog {

/// Renders an SQL expression that gives the class of the text `operand` (an SQL expression) as one bit, 0 for
/// NULL: the argument of bit_or(), whose result TypeOfClasses turns into a type.
///
/// A value counts as a number only if text -> number -> text loses nothing that people mean: leading zeros
/// ("007"), a leading '+' and phone numbers stay text, integers beyond 64 bits become HUGEINT instead of a
/// rounded DOUBLE. true and false (any case) are BOOLEAN; dates and times are those of ISO 8601.
std::string ValueClassSql(const std::string& operand);

/// Returns the narrowest type for values of these classes; kUnknownType for none.
std::string TypeOfClasses(int64_t classes);

}  // namespace tarn::catalog

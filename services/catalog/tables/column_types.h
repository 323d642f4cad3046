#pragma once

#include <string>

namespace tarn::catalog {

/// Returns the narrowest type that both types fit into: integers widen (signed and unsigned to a signed one),
/// integer and floating point give DOUBLE, DECIMALs keep both their digits (DOUBLE over 38 of them), DATE and
/// TIMESTAMP give TIMESTAMP, with a time zone on either side TIMESTAMP WITH TIME ZONE. kUnknownType gives way
/// to anything. Everything else, nested types that differ included, meets in VARCHAR.
std::string WidestCommonType(const std::string& a, const std::string& b);

}  // namespace tarn::catalog

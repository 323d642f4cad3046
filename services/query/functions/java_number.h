#pragma once

#include <string>

namespace tarn::query {

/// A number as Java's Double.toString() writes it: "1.0", "1.0E10", "NaN", "-Infinity".
std::string JavaDouble(double number);
std::string JavaFloat(float number);

/// A number as Trino casts it to varchar: "1.5E0".
std::string ScientificDouble(double number);
std::string ScientificFloat(float number);

}  // namespace tarn::query

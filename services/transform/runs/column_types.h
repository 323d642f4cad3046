#pragma once

#include <string>

namespace tarn::transform {

/// The type that holds the values of both, as the engine writes it: of integers the wider, DOUBLE for an
/// integer and a fraction, the timestamp for it and a date; else VARCHAR (JSON if one of them is).
std::string CommonType(const std::string& a, const std::string& b);

bool IsInteger(const std::string& type);

/// Whether a column of CSV text that the engine takes for `inferred` may be read as `type` without looking at
/// its values. What does not fit after all fails when it is read.
bool CsvTypeFits(const std::string& type, const std::string& inferred);

/// The type of a value, as json_type tells it: "UBIGINT", "OBJECT".
std::string TypeOfJson(const std::string& json_type);

}  // namespace tarn::transform

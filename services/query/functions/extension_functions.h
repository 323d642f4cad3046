#pragma once

#include <span>

#include "common/duckdb/scalar_function.h"

namespace tarn::query {

/// The functions of this folder that are written in C++; their names begin with `tarn_`. What an entry of the
/// athena dialect calls, and nothing that people write themselves.
std::span<const duckdb::ScalarFunction> ExtensionFunctions();

/// The parts of that list, one per area.
std::span<const duckdb::ScalarFunction> NumberExtensions();
std::span<const duckdb::ScalarFunction> StatisticsExtensions();
std::span<const duckdb::ScalarFunction> DecimalExtensions();
std::span<const duckdb::ScalarFunction> CastExtensions();
std::span<const duckdb::ScalarFunction> TextExtensions();
std::span<const duckdb::ScalarFunction> SplitExtensions();
std::span<const duckdb::ScalarFunction> FormatExtensions();
std::span<const duckdb::ScalarFunction> RegexpExtensions();
std::span<const duckdb::ScalarFunction> JsonExtensions();
std::span<const duckdb::ScalarFunction> TimeExtensions();
std::span<const duckdb::ScalarFunction> BinaryExtensions();
std::span<const duckdb::ScalarFunction> UrlExtensions();

}  // namespace tarn::query

#include "services/query/functions/extension_functions.h"

#include <vector>

namespace tarn::query {

std::span<const duckdb::ScalarFunction> ExtensionFunctions() {
  static const std::vector<duckdb::ScalarFunction> all = [] {
    std::vector<duckdb::ScalarFunction> functions;
    for (const auto& part :
         {NumberExtensions(), StatisticsExtensions(), DecimalExtensions(), CastExtensions(), TextExtensions(),
          SplitExtensions(), FormatExtensions(), RegexpExtensions(), JsonExtensions(), TimeExtensions(),
          BinaryExtensions(), UrlExtensions()}) {
      functions.insert(functions.end(), part.begin(), part.end());
    }
    return functions;
  }();
  return all;
}

}  // namespace tarn::query

#include "services/catalog/types/type_renderings.h"

#include <nlohmann/json.hpp>

#include "services/catalog/types/type_parser.h"
#include "services/catalog/types/type_text.h"

namespace tarn::catalog {

void AddRenderings(const std::string& type, nlohmann::json* column) {
  const auto parsed = ParseType(type);
  // A type that is not known here is text to others, as all that they lack.
  (*column)["hive_type"] = parsed.ok() ? HiveType(*parsed) : "string";
  (*column)["trino_type"] = parsed.ok() ? TrinoType(*parsed) : "varchar";
}

}  // namespace tarn::catalog

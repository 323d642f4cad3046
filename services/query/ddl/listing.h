#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tarn::query {

/// The answer of a statement that reads no rows of tables: texts.
struct Listing {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows{};
};

/// Renders a query that gives these rows, in this order, as VARCHAR.
std::string ListingSql(const Listing& listing);

/// Whether a name is one of a pattern, without case. Hive's: * stands for any characters, | between patterns.
/// LIKE's: % and _. An empty pattern takes all.
bool MatchesPattern(const std::string& name, const std::string& pattern, bool is_like);

}  // namespace tarn::query

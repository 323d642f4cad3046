#pragma once

#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"

namespace tarn::transform {

/// "a, b".
std::string Joined(const std::vector<std::string>& parts, const char* separator = ", ");

/// The names as SQL identifiers, joined.
std::string QuotedList(const std::vector<std::string>& names);

std::vector<std::string> NamesOf(const std::vector<duckdb::Column>& columns);

bool Contains(const std::vector<duckdb::Column>& columns, const std::string& name);

/// The same error, with `place` before what where() says.
Error InPlace(const std::string& place, const Error& error);

}  // namespace tarn::transform

#pragma once

#include <string>

namespace tarn::query {

/// The functions of the athena dialect as a table in Markdown, for docs/athena_dialect.md.
std::string FunctionTable();

}  // namespace tarn::query

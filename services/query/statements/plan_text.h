#pragma once

#include <string>
#include <string_view>

namespace tarn::query {

/// Blanks the names of files in a plan that the engine drew with boxes: they are paths of pinned files, which
/// are no client's business.
std::string WithoutFileNames(std::string_view plan);

}  // namespace tarn::query

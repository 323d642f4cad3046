#pragma once

#include <filesystem>
#include <ostream>

#include "services/transform/preview/test_runner.h"

namespace tarn::transform {

/// Runs the tests of transforms and tells people how they came out: those of one transform if `target` is its
/// folder or its name below `pipelines`, else those of all transforms in the folder `target`. Returns the
/// exit status: 0 if all of them load and pass, 1 if not, 2 if there is no such folder or no transform in it.
int RunTests(const std::filesystem::path& target, const std::filesystem::path& pipelines, std::ostream& out);

}  // namespace tarn::transform

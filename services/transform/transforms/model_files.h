#pragma once

#include <filesystem>
#include <vector>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// At most so many models, and so many bytes of SQL in all of them together.
inline constexpr size_t kMaxModels = 500;
inline constexpr size_t kMaxModelBytes = 4 << 20;

/// Reads `<folder>/models/*.sql`, sorted by name, with the hash of each. Errors: kInvalidArgument with
/// where() = the file and, for a mark that is wrong, its line.
Result<std::vector<Model>> ReadModels(const std::filesystem::path& folder);

/// SHA-256 in hexadecimal.
std::string Sha256(std::string_view text);

}  // namespace tarn::transform

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "services/catalog/inference/inferred_file.h"

namespace tarn::catalog {

/// What one object of a prefix gave.
using InferredObject = std::pair<std::string, Result<InferredFile>>;

/// The answer of POST /v1/infer about one file.
nlohmann::json InferredFileToJson(const InferredFile& file);

/// The answer about several files of one prefix, at least one of which could be read: format and csv of the
/// first of the commonest format, the columns of all files of that format merged, evidence per object.
nlohmann::json InferredObjectsToJson(const std::vector<InferredObject>& objects, int64_t objects_below);

}  // namespace tarn::catalog

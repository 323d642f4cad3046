#pragma once

#include <string>
#include <string_view>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Reads the text of a transform.yaml: everything but the models. `folder_name` is the name that it must
/// have. Errors: kInvalidArgument with where() = "line <n>, <path>", for unknown keys too.
Result<Definition> ReadDefinitionYaml(const std::string& text, const std::string& folder_name);

/// Names become table names, object keys and JSON members, so they are kept to what all of them can hold.
bool IsDefinitionName(std::string_view name);
inline constexpr const char* kNameRule = "names are made of a-z, 0-9 and _, and begin with a letter";

}  // namespace tarn::transform

#pragma once

#include <string_view>

#include "common/result/result.h"

namespace tarn::extract::files {

/// Errors: kInvalidArgument for a pattern that can match nothing or is over 1,024 bytes.
Status CheckPattern(std::string_view pattern);

/// Whether a relative path matches a pattern: `*` stands for any characters within a segment, `?` for one of
/// them, a segment `**` for any number of segments. Upper and lower case differ. Takes time in proportion to
/// the product of both lengths at most.
bool Matches(std::string_view pattern, std::string_view path);

}  // namespace tarn::extract::files
